/** The page at `/` in Chromium, against a server with two models: each way in, each answer, each look. */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { draw } from "../drawing.ts";
import { has } from "../require.ts";
import { barriers, launch, looks, overflows, picture, type Visit, visit } from "./browser.ts";
import { fishAt, type LocalServer, ONNX, startLocalServer } from "./local-models.ts";
import { answered, choose as chooseFiles } from "./local-page.ts";

describe.runIf(has("chromium"))("the page at /", () => {
  let server: LocalServer;
  let browser: Browser;

  beforeAll(async () => {
    [server, browser] = await Promise.all([startLocalServer(), launch()]);
    await server.saved("one.jpg", await draw("stars", 1, 640, 480).jpeg().toBuffer());
    await server.saved("two.png", await draw("circles", 2, 480, 640).png().toBuffer());
    await server.saved("text.jpg", new TextEncoder().encode("no photo at all"));
    await server.saved("circles.jpg", await draw("circles", 77, 640, 480).jpeg().toBuffer());
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  const open = (options = {}): Promise<Visit> => visit(browser, server.url, options);
  const choose = (page: Page, ...names: string[]) => chooseFiles(page, ...names.map(server.pathOf));

  it("answers several photos at once, asks nobody else, and breaks no rule of its policy", async () => {
    const { page, asked, complaints, close } = await open();
    await choose(page, "one.jpg", "two.png");
    await answered(page, 2);
    const cards = page.locator(".card");
    expect(await cards.count()).toBe(2);
    for (const card of await cards.all()) {
      expect(await card.locator(".bars li").count()).toBe(5);
      // drawn shapes are no dogs
      expect(await card.locator("h2").textContent()).toBe("None of the things I know");
      expect(await card.textContent()).toMatch(
        /dog-breeds \d{8}T\d{6}Z-[0-9a-f]{12}.*upload .* \+ decoding .* \+ .*model .* = [\d.]+ m?s/,
      );
    }
    expect(asked.filter((url) => !url.startsWith(server.url) && !/^(blob|data):/.test(url))).toEqual([]);
    expect(complaints).toEqual([]);
    await close();
  });

  it("lays the heat map over the part of the photo that was looked at", async () => {
    const { page, close } = await open();
    await page.selectOption("#model", ONNX);
    await choose(page, "circles.jpg");
    await answered(page);
    expect(await page.locator("h2").textContent()).toMatch(fishAt);
    const toggle = page.getByRole("button", { name: "Heat map" });
    expect(await page.locator(".heat").isVisible()).toBe(false);
    await toggle.click();
    expect(await toggle.getAttribute("aria-pressed")).toBe("true");
    const [frame, map] = await Promise.all([
      page.locator(".frame img").boundingBox(),
      page.locator(".heat").boundingBox(),
    ]);
    // the centre square of 7/8 of the short side
    expect(map!.height / frame!.height).toBeCloseTo(0.875, 1);
    expect(map!.width).toBeCloseTo(map!.height, -1);
    expect(map!.x + map!.width / 2).toBeCloseTo(frame!.x + frame!.width / 2, -1);
    await toggle.click();
    expect(await page.locator(".heat").isVisible()).toBe(false);
    await close();
  });

  it("takes photos that are dropped and pasted", async () => {
    const { page, close } = await open();
    const bytes = [...(await draw("stars", 4, 200, 200).png().toBuffer())];
    for (const [count, name] of ["drop", "paste"].entries()) {
      await page.evaluate(
        ([given, kind]) => {
          const data = new DataTransfer();
          data.items.add(new File([new Uint8Array(given as number[])], "given.png", { type: "image/png" }));
          const event =
            kind === "drop"
              ? new DragEvent("drop", { dataTransfer: data, cancelable: true })
              : new ClipboardEvent("paste", { clipboardData: data });
          document.dispatchEvent(event);
        },
        [bytes, name] as const,
      );
      await answered(page, count + 1);
    }
    await close();
  });

  it("offers the camera where there is one that faces away", async () => {
    const { page, close } = await open();
    expect(await page.locator("#camera").isVisible()).toBe(false);
    await close();
    const phone = await open({ hasTouch: true, isMobile: true, viewport: { width: 360, height: 740 } });
    expect(await phone.page.locator("#camera").isVisible()).toBe(true);
    expect(await phone.page.locator("#take").getAttribute("capture")).toBe("environment");
    await phone.page.setInputFiles("#take", server.pathOf("one.jpg"));
    await answered(phone.page);
    await phone.close();
  });

  it("says why there is no answer, and tries again", async () => {
    const { page, close } = await open();
    await choose(page, "text.jpg");
    const alert = page.getByRole("alert");
    await alert.waitFor();
    expect(await alert.textContent()).toMatch(/not (an image|a photo)|JPEG/i);
    await page.route("**/classify?**", (route) => route.abort());
    await page.getByRole("button", { name: "Try again" }).click();
    await page.getByText("The server cannot be reached").waitFor();
    await page.unroute("**/classify?**");
    await page.getByRole("button", { name: "Remove text.jpg" }).click();
    expect(await page.locator(".card").count()).toBe(0);
    await close();
  });

  it("shows labels as text, whatever they hold", async () => {
    const { page, complaints, close } = await open();
    const label = `<img src=x onerror="document.title='stolen'"> & "quotes"`;
    const answer = {
      model: "m</a>",
      version: "v",
      unknown: false,
      predictions: [
        { label, score: 0.9 },
        { label: "b".repeat(200), score: 0.1 },
      ],
    };
    await page.route("**/classify?**", (route) => route.fulfill({ json: answer }));
    await page.setViewportSize({ width: 360, height: 740 });
    await choose(page, "one.jpg");
    await answered(page);
    expect(await page.locator("h2").textContent()).toBe(`${label} 90.0%`);
    expect(await page.locator(".card img").count()).toBe(1);
    expect(await page.title()).toContain("Whippet");
    expect(await overflows(page)).toBe(false);
    expect(complaints).toEqual([]);
    await close();
  });

  it("sends a photo that someone puts right to the owner", async () => {
    const { page, close } = await open();
    await page.selectOption("#model", ONNX);
    await choose(page, "one.jpg");
    await answered(page);
    await page.getByRole("button", { name: "That’s wrong" }).click();
    await page.getByLabel("What is it?").fill("moons");
    const send = page.getByRole("button", { name: "Send photo and label" });
    await send.click();
    await page.getByText('label is "moons", which fish does not have').waitFor();
    await page.getByLabel("What is it?").fill("goldfish");
    await send.click();
    await page.getByText("Thank you").waitFor();
    await close();
  });

  it("can be done with the keyboard alone", async () => {
    const { page, close } = await open();
    await page.keyboard.press("Tab");
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe("To the content");
    await page.keyboard.press("Enter");
    const chooser = page.waitForEvent("filechooser");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await page.selectOption("#model", ONNX);
    await (await chooser).setFiles(server.pathOf("circles.jpg"));
    await answered(page);
    await page.getByRole("button", { name: "Heat map" }).focus();
    await page.keyboard.press("Space");
    expect(await page.locator(".heat").isVisible()).toBe(true);
    await close();
  });

  it("works without scripts, as a form", async () => {
    const { page, close } = await open({ javaScriptEnabled: false });
    await choose(page, "one.jpg");
    await page.getByRole("button", { name: "Classify" }).click();
    await page.waitForURL("**/classify");
    expect(await page.locator("body").textContent()).toContain('"predictions"');
    await close();
  });

  it.each(looks)("is readable and has no barriers at $name", async ({ name, options }) => {
    const { page, close } = await open(options);
    expect(await barriers(page)).toEqual([]);
    await picture(page, `classify-empty-${name}`);
    await choose(page, "two.png");
    await answered(page, 1);
    await page.selectOption("#model", ONNX);
    await choose(page, "circles.jpg");
    await answered(page, 2);
    await page.getByRole("button", { name: "Heat map" }).first().click();
    await page.getByRole("button", { name: "That’s wrong" }).last().click();
    await page.getByLabel("What is it?").waitFor();
    await picture(page, `classify-answers-${name}`);
    expect(await barriers(page)).toEqual([]);
    expect(await overflows(page)).toBe(false);
    await close();
  });
});
