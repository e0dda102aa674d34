/** How the page at `/` asks the server, in Chromium: what it sends, when, and with which key. The engine is a fake one. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Browser, Page, Route } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { createAccess } from "../../functions/access/access.ts";
import { systemClock } from "../../shared/classifier/clock.ts";
import { createKey } from "../../shared/keys/keys.ts";
import { draw } from "../drawing.ts";
import { temporaryFolder } from "../e2e/folders.ts";
import { publishFake } from "../functions/publishing.ts";
import { serve } from "../functions/serving.ts";
import { has } from "../require.ts";
import { createMemoryStore } from "../store/memory.ts";
import { launch, listenTo, type Visit, visit } from "./browser.ts";

const { home, remove } = await temporaryFolder("asking");

describe.runIf(has("chromium"))("the page at /, asking", () => {
  const open: { close(): unknown }[] = [];
  let browser: Browser;
  let photos: string[];

  beforeAll(async () => {
    photos = await Promise.all(
      [1, 2, 3, 4].map(async (seed) => {
        const path = join(home, `${seed}.png`);
        await writeFile(path, await draw("stars", seed, 640, 480).png().toBuffer());
        return path;
      }),
    );
    browser = await launch();
  });
  afterEach(async () => {
    for (const one of open.splice(0).reverse()) await one.close();
  });
  afterAll(async () => {
    await browser?.close();
    await remove();
  });

  const start = async (options: Parameters<typeof serve>[3] & { background?: string } = {}): Promise<Visit> => {
    const { background, ...parts } = options;
    const { app, store } = await serve({}, undefined, undefined, parts);
    // the fifth is the best
    await publishFake(store, {
      logits: [3, 2, 1, 0, 9],
      manifest: { labels: ["a", "b", "c", "d", "none"], head: { kind: "keras" }, ...(background && { background }) },
    });
    const server = await listenTo(app);
    const visited = await visit(browser, server.origin);
    open.push(server, visited);
    return visited;
  };
  const choose = (page: Page, files: string[]) => page.setInputFiles("#choose", files);
  const answered = (page: Page, count: number) =>
    page.waitForFunction((wanted) => document.querySelectorAll(".bars").length === wanted, count);

  it("tells how much of the photo has gone, while it goes", async () => {
    const { page } = await start();
    await page.evaluate(() => {
      const said = new Set<string>();
      Object.assign(globalThis, { said });
      new MutationObserver(() => {
        const text = document.querySelector(".said [role=status]")?.textContent;
        const bar = document.querySelector<HTMLProgressElement>(".said progress");
        if (text) said.add(`${text} ${bar?.position.toFixed(3)}`);
      }).observe(document.body, { subtree: true, childList: true, characterData: true, attributes: true });
    });
    const large = join(home, "noise.png");
    await writeFile(large, await draw("stars", 5, 1500, 1500).png({ compressionLevel: 0 }).toBuffer());
    const network = await page.context().newCDPSession(page);
    await network.send("Network.enable");
    const line = { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: 8_000_000 };
    await network.send("Network.emulateNetworkConditions", line);
    await choose(page, [large]);
    await answered(page, 1);
    const said = await page.evaluate(() => [...(globalThis as unknown as { said: Set<string> }).said]);
    const shares = said.flatMap((text) => {
      const [, written, bar] = /^Uploading, ([\d.]+)% ([\d.]+)$/.exec(text) ?? [];
      return bar === undefined ? [] : [{ written: Number(written), bar: 100 * Number(bar) }];
    });
    expect(shares.length).toBeGreaterThanOrEqual(2);
    for (const { written, bar } of shares) expect(bar).toBeCloseTo(written, 0);
    const order = shares.map(({ written }) => written);
    expect(order).toEqual(order.toSorted((a, b) => a - b));
  });

  it("asks for a key, keeps it for this tab, and asks again by itself once it is given", async () => {
    const store = createMemoryStore();
    const access = createAccess({ store, clock: systemClock, log: () => {}, refresh: 25_000, storeTime: 5_000 });
    const { key } = await createKey(store, { name: "tab", quota: 10 }, systemClock);
    const { page } = await start({ access });
    await choose(page, photos.slice(0, 2));
    await page.getByText("No answer").nth(1).waitFor();
    expect(await page.getByRole("alert").first().textContent()).toMatch(/^Key required: /);
    const field = page.getByLabel("Key");
    expect(await field.evaluate((input) => document.activeElement === input)).toBe(true);
    await page.keyboard.type(key);
    await page.keyboard.press("Tab");
    await answered(page, 2);
    await page.reload();
    expect(await field.inputValue()).toBe(key);
    await choose(page, photos.slice(2, 3));
    await answered(page, 1);
    const another = await page.context().newPage();
    await another.goto(page.url());
    expect(await another.getByLabel("Key").inputValue()).toBe("");
  });

  it("never sends a photo that was removed before its turn, nor one removed while it was made ready", async () => {
    const { page, asked } = await start();
    let release = (): void => {};
    const held = new Promise<void>((resolve) => (release = resolve));
    await page.route("**/models/letters", (route) => held.then(() => route.continue()));
    await choose(page, photos);
    await page.locator(".card").nth(3).waitFor();
    // two have their turn, the others wait for it; one of each stays
    for (const name of ["1.png", "3.png"]) await page.getByRole("button", { name: `Remove ${name}` }).click();
    release();
    await answered(page, 2);
    expect(asked.filter((url) => url.includes("/classify"))).toHaveLength(2);
  });

  it("asks about two photos at a time, tried again or not", async () => {
    const { page } = await start();
    let most = 0;
    const waiting: Route[] = [];
    const refuse = (route: Route) => route.fulfill({ status: 503, json: { title: "Not ready", detail: "soon" } });
    await page.route("**/classify?**", refuse);
    await choose(page, photos);
    await page.getByText("Not ready: soon").nth(3).waitFor();
    await page.unroute("**/classify?**", refuse);
    await page.route("**/classify?**", (route) => {
      waiting.push(route);
      most = Math.max(most, waiting.length);
    });
    await page
      .getByRole("button", { name: "Try again" })
      .evaluateAll((buttons) => buttons.map((button) => (button as HTMLElement).click()));
    for (let left = photos.length; left > 0; left--) {
      await expect.poll(() => waiting.length).toBe(Math.min(2, left));
      await waiting.shift()!.continue();
      await answered(page, photos.length - left + 1);
    }
    expect(most).toBe(2);
  });

  it("says why there is no heat map", async () => {
    const { page } = await start();
    await choose(page, photos.slice(0, 1));
    await answered(page, 1);
    expect(await page.locator(".card").textContent()).toContain(
      "No heat map: its head is keras, whose answers are no sums over places; train it with --head linear.",
    );
  });

  it("leaves the background out of what the photo may be, and has no place to show then", async () => {
    const { page } = await start({ background: "none" });
    await choose(page, photos.slice(0, 1));
    await answered(page, 1);
    expect(await page.locator(".card h2").textContent()).toBe("None of the things I know");
    expect(await page.locator(".bars .label").allTextContents()).toEqual(["a", "b", "c", "d"]);
    expect(await page.locator(".card").textContent()).not.toContain("heat map");
  });
});
