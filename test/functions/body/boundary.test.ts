import { describe, expect, it } from "vitest";
import { draw } from "../../drawing.ts";
import { publishFake } from "../publishing.ts";
import { post, serve } from "../serving.ts";

const jpeg = await draw("stars", 2).jpeg().toBuffer();

describe("a form", () => {
  it.each([
    ["one character", "x", "boundary=x"],
    ["26 characters", "y".repeat(26), `boundary=${"y".repeat(26)}`],
    ["27 characters", "y".repeat(27), `boundary=${"y".repeat(27)}`],
    ["70 characters", "z".repeat(70), `boundary=${"z".repeat(70)}`],
    ["quotes around it", "a b:c", 'charset=utf-8; Boundary="a b:c"'],
  ])("may have a boundary of %s", async (_, boundary, parameter) => {
    const { app, store } = await serve();
    await publishFake(store, { logits: [1, 2] });
    // bytes that look like a short one, though no line begins with them
    const trap = boundary.length < 27 ? `${boundary}--${boundary}\r\n-${boundary}` : "";
    const photo = Buffer.concat([jpeg, Buffer.from(trap)]);
    const part = (content: Buffer) =>
      Buffer.concat([
        Buffer.from(`--${boundary}\r\nContent-Disposition: form-data; name="photo"; filename="a.jpg"\r\n\r\n`),
        content,
        Buffer.from("\r\n"),
      ]);
    const body = Buffer.concat([part(photo), part(jpeg), Buffer.from(`--${boundary}--\r\n`)]);
    const ask = (type: string) => app.request("/classify?trace=1", post(body, { "content-type": type }));
    const response = await ask(`multipart/form-data; ${parameter}`);
    expect(response.status).toBe(200);
    const alone = await (await app.request("/classify?trace=1", post(jpeg))).json();
    expect(((await response.json()) as { results: unknown[] }).results).toEqual([alone, alone]);
    expect((await ask("multipart/form-data; boundary=another")).status).toBe(400);
  });
});
