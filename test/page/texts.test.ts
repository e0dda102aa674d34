/** What the page at `/` runs is what its sources say, and is small. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { bundleTexts } from "../../functions/page/build.ts";
import { packageRoot } from "../../shared/package-root.ts";
import { publishFake } from "../functions/publishing.ts";
import { serve } from "../functions/serving.ts";

it("is bundled from browser/: else run npm run build:page", async () => {
  for (const [file, module] of await bundleTexts())
    expect(await readFile(join(packageRoot, "functions/page/gen", file), "utf8"), file).toBe(module);
});

it("stays far below 100 kB, script and style and all", async () => {
  const { app, store } = await serve();
  await publishFake(store, { logits: [1, 2] });
  expect((await (await app.request("/")).arrayBuffer()).byteLength).toBeLessThan(35_000);
});
