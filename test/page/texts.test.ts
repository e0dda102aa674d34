/** What the pages run is what their sources say, and is small. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { bundleTexts } from "../../functions/page/build.ts";
import { packageRoot } from "../../shared/package-root.ts";
import { publishFake } from "../functions/publishing.ts";
import { serve } from "../functions/serving.ts";
import { drawnMetrics } from "./charts.ts";

it("is bundled from browser/: else run npm run build:page", async () => {
  for (const [file, module] of await bundleTexts())
    expect(await readFile(join(packageRoot, "functions/page/gen", file), "utf8"), file).toBe(module);
});

const bytes = (text: string): number => new TextEncoder().encode(text).length;

it.each(["/", "/models/letters", "/docs", "/nowhere"])(
  "%s has far less than 100 kB of script and style, all of it in the page",
  async (path) => {
    const { app, store } = await serve({}, { token: "token-of-the-owner" });
    const labels = Array.from({ length: 120 }, (_, index) => `breed ${index}`);
    const version = await publishFake(store, { logits: labels.map((_, index) => index), manifest: { labels } });
    const metrics = new TextEncoder().encode(JSON.stringify(drawnMetrics(labels)));
    await store.put(`models/letters/${version}/metrics.json`, metrics);
    const page = await (await app.request(path, { headers: { accept: "text/html" } })).text();
    const inline = [...page.matchAll(/<(style|script)[^>]*>([\s\S]*?)<\/\1>/g)].map(([, , text]) => bytes(text!));
    expect(inline.length).toBe(2);
    expect(inline.reduce((sum, size) => sum + size)).toBeLessThan(30_000);
    expect(page).not.toMatch(/<script[^>]+src|<link[^>]+stylesheet/);
  },
);

it("is small as a whole where photos go", async () => {
  const { app, store } = await serve();
  await publishFake(store, { logits: [1, 2] });
  expect(bytes(await (await app.request("/")).text())).toBeLessThan(35_000);
});
