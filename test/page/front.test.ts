/** `GET /` as any client sees it. */
import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { publishFake } from "../functions/publishing.ts";
import { serve } from "../functions/serving.ts";

describe("GET /", () => {
  it("is a form that works without a script, under a policy that allows nothing from elsewhere", async () => {
    const { app, store } = await serve();
    await publishFake(store, { logits: [1, 2] });
    const response = await app.request("/");
    const page = await response.text();
    expect(page).toMatch(/<form [^>]*action="\/classify" method="post" enctype="multipart\/form-data"/);
    const policy = response.headers.get("content-security-policy")!;
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toMatch(/unsafe-inline|https?:|\*/);
    // what is inline, the policy allows by its hash; nothing else may be
    expect(page).not.toMatch(/ style=|\son\w+="/);
    for (const [, text] of page.matchAll(/<(?:style|script[^>]*)>([\s\S]*?)<\/(?:style|script)>/g))
      expect(policy).toContain(`'sha256-${createHash("sha256").update(text!).digest("base64")}'`);
    expect(page).not.toMatch(/(src|href)="(https?:)?\/\//);
  });

  it("is 304 to who has it, and has no body for HEAD", async () => {
    const { app } = await serve();
    const etag = (await app.request("/")).headers.get("etag")!;
    expect((await app.request("/", { headers: { "if-none-match": etag } })).status).toBe(304);
    const head = await app.request("/", { method: "HEAD" });
    expect([head.status, await head.text(), head.headers.get("etag")]).toEqual([200, "", etag]);
  });

  it("asks the model that its address names, where there is such a one", async () => {
    const { app, store } = await serve();
    await publishFake(store, { logits: [1, 2] });
    await publishFake(store, { name: "digits", logits: [1, 2, 3] });
    const modelOf = async (path: string) => /data-model="([^"]+)"/.exec(await (await app.request(path)).text())![1];
    expect(await modelOf("/")).toBe("digits");
    expect(await modelOf("/?model=letters")).toBe("letters");
    expect(await modelOf("/?model=none")).toBe("digits");
  });

  it("says how to begin where nothing is published", async () => {
    const { app } = await serve();
    const page = await (await app.request("/")).text();
    expect(page).toContain("npx whippet train");
    expect(page).not.toContain("<form");
  });
});
