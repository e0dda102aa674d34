/**
 * What the page makes of large photos before they travel must not change their answers: of a model of ten breeds, and of the
 * built-in one of 120, where several photos in 200 lie so near to two breeds that any other pixels turn them.
 */
import { mkdir, readdir, readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import type { Answer } from "../../shared/classifier/classifier.ts";
import type { Manifest } from "../../shared/manifest.ts";
import { endCommands, runForData, serve } from "../e2e/command.ts";
import { temporaryFolder } from "../e2e/folders.ts";
import { launch, visit } from "../page/browser.ts";
import { has, photosFolder } from "../require.ts";

/** Long side of a large camera's photo in pixels. */
const LONG = 4000;
const AT_ONCE = 10;

describe.runIf(has("photos") && has("chromium"))("photos of 4000 pixels, shrunk by a browser", () => {
  it.each(["ten breeds", "the built-in 120"])(
    "are named as they are whole by a model of %s: 99% or more of 200",
    async (breedsKnown) => {
      const { home, remove } = await temporaryFolder("shrinking");
      await mkdir(join(home, "photos"));
      if (breedsKnown === "ten breeds") await runForData(["train", join(photosFolder, "dogs")], { cwd: home });
      const [server, browser] = await Promise.all([serve([], { cwd: home }), launch()]);
      try {
        const breeds = (await readdir(join(photosFolder, "dogs-clean"))).sort();
        let [same, all] = [0, 0];
        const { page, close } = await visit(browser, server.url);
        // ten photos of 12 megapixels at once
        page.setDefaultTimeout(300_000);
        for (const breed of breeds) {
          const names = (await readdir(join(photosFolder, "dogs-clean", breed))).sort();
          for (let from = 0; from < names.length; from += AT_ONCE) {
            const files = names.slice(from, from + AT_ONCE).map((name) => join(home, "photos", name));
            const whole: string[] = [];
            for (const file of files) {
              await sharp(join(photosFolder, "dogs-clean", breed, basename(file)))
                .autoOrient()
                .resize({ width: LONG, height: LONG, fit: "inside" })
                .jpeg({ quality: 92 })
                .toFile(file);
              whole.push(await ask(server.url, file));
            }
            await page.reload();
            await page.setInputFiles("#choose", files);
            await page.waitForFunction((count) => document.querySelectorAll(".bars").length === count, files.length);
            const shrunk = await page.locator(".card").evaluateAll((cards) =>
              cards.map((card) => {
                const known = !card.querySelector("h2")!.textContent.startsWith("None of the things I know");
                return `${card.querySelector(".bars .label")!.textContent}, ${known}`;
              }),
            );
            for (const [i, label] of shrunk.entries()) if (label === whole[i]) same++;
            all += files.length;
          }
        }
        await close();
        console.log(
          `${same} of ${all} photos of ${LONG} pixels are named alike, whole and shrunk, among ${breedsKnown}`,
        );
        expect(all).toBe(200);
        expect(same / all).toBeGreaterThanOrEqual(0.99);
      } finally {
        await browser.close();
        endCommands();
        await remove();
      }
    },
  );
});

/** `beagle, true`: the best label but for the background, and whether the photo shows one of them at all. */
const ask = async (url: string, file: string): Promise<string> => {
  const form = new FormData();
  form.append("photo", new Blob([new Uint8Array(await readFile(file))]));
  const response = await fetch(`${url}/classify`, { method: "POST", body: form });
  expect(response.status, file).toBe(200);
  const { model, predictions, unknown } = (await response.json()) as Answer;
  const { background } = (await (await fetch(`${url}/models/${model}`)).json()) as Manifest;
  return `${predictions.find(({ label }) => label !== background)!.label}, ${!unknown}`;
};
