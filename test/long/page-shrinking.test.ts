/**
 * What the page makes of large photos before they travel must not change their answers: of a model of ten breeds, and of the
 * built-in one of 120, where several photos in 200 lie so near to two breeds that any other pixels turn them. Half of the 200, but
 * for `npm run test:large`.
 */
import { mkdir, readdir, readFile, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import type { Page } from "playwright-core";
import sharp from "sharp";
import { expect, it } from "vitest";
import type { Answer } from "../../shared/classifier/classifier.ts";
import type { Manifest } from "../../shared/manifest.ts";
import { endCommands, runForData, serve } from "../e2e/command.ts";
import { temporaryFolder } from "../e2e/folders.ts";
import { large } from "../large.ts";
import { launch, visit } from "../page/browser.ts";
import { has, photosFolder } from "../require.ts";

/** Long side of a large camera's photo in pixels. */
const LONG = 4000;
const AT_ONCE = 10;
/** Of ten breeds. */
const PER_BREED = large ? 20 : 10;
const models = ["dogs", "dog-breeds"];

it.runIf(has("photos") && has("chromium"))(
  `names photos of 4000 pixels, shrunk by a browser, as it names them whole: 99% or more of ${10 * PER_BREED}, by ten breeds and by 120`,
  async () => {
    const { home, remove } = await temporaryFolder("shrinking");
    await mkdir(join(home, "photos"));
    // the built-in model is for a store that has none
    const firstOf = async (folder: string) => join(folder, (await readdir(folder))[0]!);
    await runForData(["classify", await firstOf(await firstOf(join(photosFolder, "dogs-clean")))], { cwd: home });
    await runForData(["train", join(photosFolder, "dogs")], { cwd: home });
    const [server, browser] = await Promise.all([serve([], { cwd: home }), launch()]);
    try {
      const same = new Map(models.map((model) => [model, 0]));
      let all = 0;
      const { page, close } = await visit(browser, server.url);
      // ten photos of 12 megapixels at once
      page.setDefaultTimeout(300_000);
      for (const breed of (await readdir(join(photosFolder, "dogs-clean"))).sort()) {
        const names = (await readdir(join(photosFolder, "dogs-clean", breed))).sort().slice(0, PER_BREED);
        for (let from = 0; from < names.length; from += AT_ONCE) {
          const files = names.slice(from, from + AT_ONCE).map((name) => join(home, "photos", name));
          for (const file of files) await enlarge(join(photosFolder, "dogs-clean", breed, basename(file)), file);
          for (const model of models) {
            const whole: string[] = [];
            for (const file of files) whole.push(await ask(`${server.url}/classify?model=${model}`, file));
            const shrunk = await shownBy(page, model, files);
            const alike = shrunk.filter((said, i) => said === whole[i]).length;
            same.set(model, same.get(model)! + alike);
          }
          all += files.length;
          await Promise.all(files.map((file) => rm(file)));
        }
      }
      await close();
      expect(all).toBe(10 * PER_BREED);
      for (const [model, alike] of same) {
        console.log(`${alike} of ${all} photos of ${LONG} pixels are named alike, whole and shrunk, by ${model}`);
        expect(alike / all).toBeGreaterThanOrEqual(0.99);
      }
    } finally {
      await browser.close();
      endCommands();
      await remove();
    }
  },
);

const enlarge = async (photo: string, file: string): Promise<void> => {
  const size = { width: LONG, height: LONG, fit: "inside" } as const;
  await sharp(photo).autoOrient().resize(size).jpeg({ quality: 92 }).toFile(file);
};

/** What the page says of each photo, as `ask` does. */
const shownBy = async (page: Page, model: string, files: readonly string[]): Promise<string[]> => {
  await page.reload();
  await page.selectOption("#model", model);
  await page.setInputFiles("#choose", [...files]);
  await page.waitForFunction((count) => document.querySelectorAll(".bars").length === count, files.length);
  return page.locator(".card").evaluateAll((cards) =>
    cards.map((card) => {
      const known = !card.querySelector("h2")!.textContent.startsWith("None of the things I know");
      return `${card.querySelector(".bars .label")!.textContent}, ${known}`;
    }),
  );
};

/** `beagle, true`: the best label but for the background, and whether the photo shows one of them at all. */
const ask = async (url: string, file: string): Promise<string> => {
  const form = new FormData();
  form.append("photo", new Blob([new Uint8Array(await readFile(file))]));
  const response = await fetch(url, { method: "POST", body: form });
  expect(response.status, file).toBe(200);
  const { model, predictions, unknown } = (await response.json()) as Answer;
  const { background } = (await (await fetch(new URL(`/models/${model}`, url))).json()) as Manifest;
  return `${predictions.find(({ label }) => label !== background)!.label}, ${!unknown}`;
};
