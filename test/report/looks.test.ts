/** The report in Chromium: under its policy, in each look, and on paper. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { barriers, launch, looks, overflows, picture, visit } from "../page/browser.ts";
import { has } from "../require.ts";
import { drawnReport, swept } from "./drawn.ts";

const reports = {
  two: {
    labels: ["cats", "dogs"],
    photosEach: 4,
    sweep: [0.1, 1, 10].map((strength) => swept({ strength }, 0.2 + strength / 100, [strength / 100, 0.01])),
  },
  many: { labels: Array.from({ length: 120 }, (_, at) => `a breed with a name, ${at}`) },
};

describe.runIf(has("chromium"))("the report in a browser", () => {
  let browser: Browser;
  let folder: string;
  const url = (name: string): string => pathToFileURL(join(folder, `${name}.html`)).href;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "whippet-report-"));
    for (const [name, drawing] of Object.entries(reports))
      await writeFile(join(folder, `${name}.html`), (await drawnReport(drawing)).page);
    browser = await launch();
  });
  afterAll(async () => {
    await browser?.close();
    await rm(folder, { recursive: true, force: true });
  });

  it.each([
    ...looks.map((look) => ({ report: "two", ...look })),
    { report: "many", ...looks[1]! },
    { report: "many", ...looks[2]! },
  ])(
    "of $report classes at $name keeps its policy, is open to everyone, no wider than the window, and asks nobody",
    async (look) => {
      const { page, asked, complaints, close } = await visit(browser, url(look.report), look.options);
      expect(await barriers(page)).toEqual([]);
      expect(await overflows(page)).toBe(false);
      expect(await unloaded(page)).toBe(0);
      await picture(page, `report-${look.report}-${look.name}`);
      expect(asked.filter((address) => !address.startsWith("data:"))).toEqual([url(look.report)]);
      expect(complaints).toEqual([]);
      await close();
    },
  );

  it("names 120 classes in letters that can be read, none of which covers another", async () => {
    const { page, close } = await visit(browser, url("many"), looks[2]!.options);
    const names = await page.locator(".matrix.whole svg text").evaluateAll((texts) =>
      texts.map((text) => {
        const { top, bottom, left, right } = text.getBoundingClientRect();
        return { top, bottom, left, right };
      }),
    );
    expect(names).toHaveLength(240);
    const rows = names.filter(({ top, bottom, left, right }) => right - left > bottom - top);
    expect(rows).toHaveLength(120);
    const sorted = rows.sort((a, b) => a.top - b.top);
    const steps = sorted.slice(1).map(({ top }, at) => top - sorted[at]!.top);
    // a row is as high as its letters, and letters are eight pixels high or more
    expect(Math.min(...steps)).toBeGreaterThanOrEqual(9.5);
    expect(Math.min(...rows.map(({ top, bottom }) => bottom - top))).toBeGreaterThanOrEqual(8);
    await close();
  });

  it("is printed with its pictures, in light colours, the large matrix on a page of its own size", async () => {
    const { page, complaints, close } = await visit(browser, url("many"), { colorScheme: "dark" });
    await page.emulateMedia({ media: "print" });
    expect(await page.evaluate(() => getComputedStyle(document.body).color)).toBe("rgb(29, 31, 36)");
    const pdf = (await page.pdf({ preferCSSPageSize: true, printBackground: true })).toString("latin1");
    const boxes = [...pdf.matchAll(/\/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]/g)].map(([, width, height]) => [
      Number(width),
      Number(height),
    ]);
    // A3 across, in points
    expect(boxes.some(([width, height]) => width! > 1180 && height! > 830 && width! > height!)).toBe(true);
    expect(complaints).toEqual([]);
    await close();
  });
});

/** Pictures that did not come out. */
const unloaded = (page: Page): Promise<number> =>
  page.evaluate(() => [...document.images].filter(({ naturalWidth }) => naturalWidth === 0).length);
