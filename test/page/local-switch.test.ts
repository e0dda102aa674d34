/** The switch "Run in this browser" in Chromium: loading, what stays loaded, and what happens where it cannot. */
import { readFile } from "node:fs/promises";
import type { Route } from "playwright-core";
import { describe, expect, it } from "vitest";
import { createNodeAssets } from "../../functions/page/assets/node.ts";
import { readCurrent } from "../../shared/registry.ts";
import { draw } from "../drawing.ts";
import { serve } from "../functions/serving.ts";
import { has } from "../require.ts";
import { listenTo, visit } from "./browser.ts";
import { fishAt, ONNX, PLAN } from "./local-models.ts";
import { answered, choose, toggle, turnOn } from "./local-page.ts";
import { localVisits } from "./local-visits.ts";

describe.runIf(has("chromium"))("the switch", () => {
  const local = localVisits();
  const { open } = local;
  const hold = () => {
    let release = (): void => {};
    const held = new Promise<void>((resolve) => (release = resolve));
    return { held, release };
  };
  const posted = () => local.server.asked.filter((line) => line.startsWith("POST"));

  it("says on the card that it ran here and what each step took, and lays the heat map over the photo", async () => {
    const page = await open();
    await turnOn(page, PLAN);
    await page.selectOption("#model", ONNX);
    await choose(page, await local.server.saved("c.jpg", await draw("circles", 77, 640, 480).jpeg().toBuffer()));
    await answered(page);
    const card = page.locator(".card").last();
    expect(await card.locator("h2").textContent()).toMatch(fishAt);
    const text = await card.textContent();
    expect(text).toContain("Ran in this browser; the photo stayed here.");
    expect(text).toMatch(/loading [\d.]+ \+ (decoding [\d.]+ \+ )?(resizing [\d.]+ \+ )?model [\d.]+.* = [\d.]+ m?s/);
    await page.getByRole("button", { name: "Heat map" }).click();
    expect(await page.locator(".heat").isVisible()).toBe(true);
    // what was loaded for the first photo is there for the second
    await choose(page, local.server.photos[1]!);
    await answered(page, 2);
    expect(await page.locator(".card").first().textContent()).not.toContain("loading");
  });

  it("keeps all that it loads but for the page, the manifest and the name of the script that is now", async () => {
    const page = await open();
    await turnOn(page, ONNX);
    local.server.asked.length = 0;
    await page.reload();
    await turnOn(page, ONNX);
    expect(local.server.asked.sort()).toEqual(["GET / 304", "GET /assets/local.js 304", `GET /models/${ONNX} 304`]);
  });

  it("shows how far the loading is, and answers what was chosen meanwhile once it is done", async () => {
    const page = await open();
    await page.selectOption("#model", PLAN);
    const { held, release } = hold();
    await page.route("**/*.plan", (route) => held.then(() => route.continue()));
    await toggle(page).check();
    const bar = page.getByRole("progressbar", { name: "Loading of the model" });
    await page.waitForFunction(() => document.querySelector<HTMLProgressElement>("#local progress")!.value > 0);
    expect(await bar.evaluate((element) => (element as HTMLProgressElement).value)).toBeLessThan(0.5);
    expect(await page.locator("#local-said").textContent()).toMatch(/^Loading, [\d.]+ [kM]B of [\d.]+ MB$/);
    await choose(page, local.server.photos[0]!);
    await page.getByText("Looking, in this browser").waitFor();
    release();
    await answered(page);
    expect(await bar.isVisible()).toBe(false);
    expect(posted()).toEqual([]);
  });

  it("takes what the server cannot answer at once in parts, as on Lambda", async () => {
    const parts = { store: local.server.store, assets: createNodeAssets() };
    const { app } = await serve({ answerBytes: 1_000_000 }, undefined, undefined, parts);
    const small = await listenTo(app);
    const page = await open(small.origin);
    const statuses: number[] = [];
    page.on("response", (response) => void (response.url().endsWith(".plan") && statuses.push(response.status())));
    await turnOn(page, PLAN);
    await choose(page, local.server.photos[0]!);
    await answered(page);
    const { files } = (await readCurrent(local.server.store, PLAN)).manifest;
    const megabytes = Math.ceil(files.find(({ path }) => path.endsWith(".plan"))!.bytes / 1e6);
    expect(statuses).toEqual([413, ...Array.from({ length: megabytes }, () => 206)]);
    small.close();
  });

  it("leaves it to the server, and says why, where this browser cannot", async () => {
    const { page, close } = await visit(local.browser, "about:blank");
    await page.addInitScript(() => (WebAssembly.validate = () => false));
    await page.goto(local.server.url);
    expect(await toggle(page).isDisabled()).toBe(true);
    expect(await page.locator("#local-said").textContent()).toBe(
      "This browser has no WebAssembly with SIMD, so the server answers.",
    );
    await choose(page, local.server.photos[0]!);
    await answered(page);
    expect(local.server.asked).toContain("POST /classify 200");
    await close();
  });

  const stop = (route: Route) => route.abort();
  const spoil = async (route: Route) => {
    const response = await route.fetch();
    const body = await response.body();
    body[1000]! ^= 1;
    await route.fulfill({ response, body });
  };
  it.each([
    { title: "a model file that does not come", file: "**/*.plan", hinder: stop },
    { title: "a model file that is another", file: "**/*.plan", hinder: spoil },
    { title: "no script", file: "**/assets/local-*", hinder: stop },
  ])(
    "falls back to the server after $title, but never sends what was to stay here unasked",
    async ({ file, hinder }) => {
      const page = await open();
      await page.selectOption("#model", PLAN);
      const { held, release } = hold();
      await page.route(file, (route) => held.then(() => hinder(route)));
      await toggle(page).check();
      await choose(page, ...local.server.photos.slice(0, 3));
      await page.getByText("Looking, in this browser").first().waitFor();
      release();
      await page.getByRole("button", { name: "Ask the server" }).nth(2).waitFor();
      const alert = page.getByRole("alert").first();
      expect(await alert.textContent()).toMatch(/^It could not run in this browser: .+\.$/);
      expect(await page.locator("#local-said").textContent()).toMatch(
        /^This browser cannot run it: .+\. The server answers\.$/,
      );
      expect(await toggle(page).isChecked()).toBe(false);
      expect(posted()).toEqual([]);
      await page.getByRole("button", { name: "Ask the server" }).first().click();
      await answered(page);
      await choose(page, local.server.photos[3]!);
      await answered(page, 2);
      expect(posted()).toEqual(["POST /classify 200", "POST /classify 200"]);
    },
  );

  it("lets the model go when it is turned off, and sends none of the photos that still waited", async () => {
    const page = await open();
    await page.selectOption("#model", PLAN);
    const { held, release } = hold();
    await page.route("**/*.plan", (route) => held.then(() => route.continue()));
    await toggle(page).check();
    await choose(page, ...local.server.photos.slice(0, 3));
    await page.getByText("Looking, in this browser").first().waitFor();
    await toggle(page).uncheck();
    release();
    await page.getByRole("button", { name: "Ask the server" }).nth(2).waitFor();
    expect(await page.locator("#local-said").textContent()).toMatch(/^Photos then stay on this machine/);
    expect(page.workers()).toEqual([]);
    expect(posted()).toEqual([]);
    await turnOn(page, PLAN);
    await page.getByRole("button", { name: "Try again" }).first().click();
    await answered(page);
    expect(posted()).toEqual([]);
  });

  it("tells a photo's own fault as the server would, and asks nobody else", async () => {
    const page = await open();
    await turnOn(page, PLAN);
    const text = await local.server.saved("text.jpg", new TextEncoder().encode("no photo at all"));
    await choose(page, text);
    const alert = page.getByRole("alert");
    await alert.waitFor();
    const response = await fetch(`${local.server.url}/classify`, { method: "POST", body: await readFile(text) });
    const { title, detail } = (await response.json()) as { title: string; detail: string };
    expect(await alert.textContent()).toBe(`${title}: ${detail}`);
    expect(await page.getByRole("button", { name: "Ask the server" }).count()).toBe(0);
    expect(await toggle(page).isChecked()).toBe(true);
  });
});
