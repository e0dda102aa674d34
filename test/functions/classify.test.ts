import { beforeAll, describe, expect, it } from "vitest";
import type { Answer } from "../../shared/classifier/classifier.ts";
import { draw } from "../drawing.ts";
import { publishFake } from "./publishing.ts";
import { post, serve } from "./serving.ts";

const { app, store, logged } = await serve();
const jpeg = new Uint8Array(await draw("stars", 2).jpeg().toBuffer());
const png = new Uint8Array(await draw("circles", 3).png().toBuffer());
const photo = (bytes: Uint8Array<ArrayBuffer>) => new File([bytes], "photo");
const form = (...photos: Uint8Array<ArrayBuffer>[]) => {
  const body = new FormData();
  for (const bytes of photos) body.append("photo", photo(bytes));
  return body;
};
const answer = async (response: Response | Promise<Response>) => (await (await response).json()) as Answer;
let version: string;

beforeAll(async () => {
  version = await publishFake(store, {
    logits: [1, 3, 2, 0, -1, -2],
    manifest: { unknown: { threshold: 2, kept: 0.95 } },
  });
});

describe("POST /classify", () => {
  it("names the model, its version and five labels, the best first, with scores that are shares of one", async () => {
    const response = await app.request("/classify", post(jpeg));
    expect(response.status).toBe(200);
    const { predictions, ...rest } = await answer(response);
    expect(rest).toEqual({ model: "letters", version, unknown: false });
    expect(predictions.map(({ label }) => label)).toEqual(["b", "c", "a", "d", "e"]);
    expect(predictions[0]!.score).toBeCloseTo(0.63, 1);
  });

  it.each(["text/plain", "image/gif", "application/octet-stream", "application/json"])(
    "judges a photo by its bytes, though it is called %s",
    async (type) => {
      const response = await app.request("/classify", post(jpeg, { "content-type": type }));
      expect((await answer(response)).predictions[0]!.label).toBe("b");
    },
  );

  it("takes the photo from the form field photo as from the raw body", async () => {
    const [raw, fromForm] = await Promise.all([
      answer(app.request("/classify", post(jpeg))),
      answer(app.request("/classify", post(form(jpeg)))),
    ]);
    expect(fromForm).toEqual(raw);
  });

  it("answers several photos in their order, and a bad one fails alone", async () => {
    const text = new TextEncoder().encode("not a photo");
    const response = await app.request("/classify?top=1", post(form(jpeg, text, png)));
    const { results } = (await response.json()) as { results: unknown[] };
    expect(response.status).toBe(200);
    expect(results).toMatchObject([
      { predictions: [{ label: "b" }] },
      { problem: { status: 400, title: "Not a readable photo" } },
      { predictions: [{ label: "b" }] },
    ]);
  });

  it("answers the other photos when something goes wrong here with one, and logs what it was", async () => {
    const server = await serve();
    await publishFake(server.store, { logits: [1, 2] });
    await server.models.use("letters", async () => {});
    server.engine.failNext(new Error("a secret"));
    const headers = { "x-request-id": "id-1" };
    const response = await server.app.request("/classify?top=1", post(form(jpeg, png), headers));
    const text = await response.text();
    expect(JSON.parse(text)).toMatchObject({
      results: [
        { problem: { status: 500, detail: expect.stringContaining("id-1") } },
        { predictions: [{ label: "b" }] },
      ],
    });
    expect(text).not.toContain("a secret");
    expect(server.logged).toContainEqual(
      expect.objectContaining({ event: "failure", requestId: "id-1", error: expect.stringContaining("a secret") }),
    );
  });

  it("takes sixteen photos at once, and refuses seventeen", async () => {
    const many = (count: number) => app.request("/classify", post(form(...new Array(count).fill(jpeg))));
    const { results } = (await (await many(16)).json()) as { results: unknown[] };
    expect(results).toHaveLength(16);
    const refused = await many(17);
    expect(refused.status).toBe(400);
    expect(await refused.json()).toMatchObject({ detail: expect.stringContaining("17 photos; send at most 16") });
  });

  it("holds each photo to a photo's bytes and all of them to a request's", async () => {
    const large = new Uint8Array(20_000_001);
    const alone = await app.request("/classify", post(form(large, jpeg)));
    const { results } = (await alone.json()) as { results: unknown[] };
    expect(results).toMatchObject([{ problem: { status: 413 } }, { predictions: [{ label: "b" }, {}, {}, {}, {}] }]);
    const huge = new Uint8Array(22_000_000);
    expect((await app.request("/classify", post(form(huge, huge, huge)))).status).toBe(413);
  });

  it("traces pixels, tensor, logits and engine where it is asked to", async () => {
    const hash = expect.stringMatching(/^[0-9a-f]{64}$/);
    const { trace } = await answer(app.request("/classify?trace=1", post(jpeg)));
    expect(trace).toMatchObject({ engine: "web", decoded: hash, tensor: hash });
    expect(trace!.logits).toHaveLength(6);
  });

  it("gives the best label's heat map with the part of the photo it covers", async () => {
    const { heatmap } = await answer(app.request("/classify?heatmap=1", post(jpeg)));
    expect(heatmap).toMatchObject({ label: "b", width: 2, height: 2, values: [0, 0.3333, 0.6667, 1] });
    // 320 x 240 pixels: the centre square of 7/8 of the short side
    expect(heatmap!.box).toEqual({ x: 55, y: 15, width: 210, height: 210 });
  });

  it("says how long each stage took, and repeats the request's id", async () => {
    const response = await app.request("/classify", post(jpeg, { "x-request-id": "my-id" }));
    expect(response.headers.get("server-timing")).toMatch(
      /^decode;dur=\d+\.\d, pixels;dur=\d+\.\d, infer;dur=\d+\.\d$/,
    );
    expect(response.headers.get("x-request-id")).toBe("my-id");
    expect(logged.at(-1)).toMatchObject({
      event: "request",
      requestId: "my-id",
      status: 200,
      outcome: "answered",
      model: "letters",
      version,
      decodeMs: expect.any(Number),
      pixelsMs: expect.any(Number),
      inferMs: expect.any(Number),
    });
  });

  it.each([
    ["top=0", "top"],
    ["top=1.5", "top"],
    ["top=many", "top"],
    ["top=7", "6 labels"],
    ["heatmap=yes", "heatmap"],
  ])("refuses ?%s with 400 and names it", async (query, named) => {
    const response = await app.request(`/classify?${query}`, post(jpeg));
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ title: "Bad request", detail: expect.stringContaining(named) });
  });

  it.each([["none"], ["../letters"], ["LETTERS"]])("answers 404 for the model %s", async (model) => {
    const response = await app.request(`/classify?model=${encodeURIComponent(model)}`, post(jpeg));
    expect(response.status).toBe(404);
    expect(response.headers.get("content-type")).toBe("application/problem+json");
  });
});

describe("POST /models/:name", () => {
  const base64 = Buffer.from(jpeg).toString("base64");
  const json = (body: unknown) => post(JSON.stringify(body), { "content-type": "application/json" });

  it("answers as Hugging Face's image-classification task does, to bytes and to JSON alike", async () => {
    const [bytes, inputs] = await Promise.all([
      answer(app.request("/models/letters", post(jpeg))),
      answer(app.request("/models/letters", json({ inputs: base64 }))),
    ]);
    expect(inputs).toEqual(bytes);
    expect(bytes).toHaveLength(5);
    expect(bytes).toMatchObject([{ label: "b", score: expect.any(Number) }, {}, {}, {}, {}]);
  });

  it("heeds parameters.top_k, and gives all labels where more are wanted", async () => {
    const lengths = [1, 1000].map(async (top_k) => {
      const response = await app.request("/models/letters", json({ inputs: base64, parameters: { top_k } }));
      return ((await response.json()) as unknown[]).length;
    });
    expect(await Promise.all(lengths)).toEqual([1, 6]);
  });

  it.each([
    ["no JSON", "{"],
    ["no inputs", "{}"],
    ["no base64", '{"inputs":"***"}'],
  ])("refuses %s with 400", async (_, body) => {
    const response = await app.request("/models/letters", post(body, { "content-type": "application/json" }));
    expect(response.status).toBe(400);
  });
});
