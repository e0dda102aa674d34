/** The pages of a model and of the API in Chromium: each look, by keyboard, under their policy. */
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { publishFake } from "../functions/publishing.ts";
import { serve } from "../functions/serving.ts";
import { has } from "../require.ts";
import { barriers, launch, listenTo, looks, overflows, picture, visit } from "./browser.ts";
import { drawnMetrics } from "./charts.ts";

const hostile = ["<script>alert(1)</script>", `"><img src=x onerror=alert(2)>`, "'/**/onload=alert(3)"];
const many = [...hostile, ...Array.from({ length: 57 }, (_, index) => `breed_${String(index).padStart(3, "0")}`)];

describe.runIf(has("chromium"))("in a browser", () => {
  let server: Awaited<ReturnType<typeof listenTo>>;
  let browser: Browser;
  let origin: string;

  beforeAll(async () => {
    const { app, store } = await serve({}, { token: "token-of-the-owner" });
    const publish = async (name: string, labels: string[]) => {
      const logits = labels.map((_, index) => index);
      const version = await publishFake(store, { name, logits, manifest: { labels } });
      const metrics = new TextEncoder().encode(JSON.stringify(drawnMetrics(labels)));
      await store.put(`models/${name}/${version}/metrics.json`, metrics);
      const report = new TextEncoder().encode(`<!doctype html><h1>Report on ${name}</h1>`);
      await store.put(`models/${name}/${version}/report.html`, report);
    };
    await publish("many", many);
    await publish("few", hostile);
    await publishFake(store, { name: "plain", logits: [1, 2] });
    server = await listenTo(app);
    origin = server.origin;
    browser = await launch();
  });
  afterAll(async () => {
    await browser?.close();
    server?.close();
  });

  const paths = ["/models/many", "/models/few", "/models/plain", "/docs", "/models/none"];
  it.each(paths.flatMap((path) => looks.map((look) => ({ path, ...look }))))(
    "$path at $name is open to everyone, no wider than the window, and asks nobody else",
    async ({ path, name, options }) => {
      const { page, asked, complaints, close } = await visit(browser, origin + path, options);
      expect(await barriers(page)).toEqual([]);
      expect(await overflows(page)).toBe(false);
      await picture(page, `${path.replaceAll("/", "-").slice(1)}-${name}`);
      expect(asked.filter((url) => !url.startsWith(origin) && !url.startsWith("data:"))).toEqual([]);
      expect(complaints).toEqual([]);
      await close();
    },
  );

  it("sorts and filters the classes of a model by keyboard alone", async () => {
    const { page, close } = await visit(browser, `${origin}/models/many`);
    const first = () => page.locator("#classes tbody tr:visible th").first().textContent();
    await page.locator("#classes thead button", { hasText: "Class" }).focus();
    await page.keyboard.press("Enter");
    await page.keyboard.press("Enter");
    expect(await first()).toBe("breed_056");
    await page.locator("[data-filters]").focus();
    await page.keyboard.type("BREED_04");
    expect(await page.locator("#classes tbody tr:visible").count()).toBe(10);
    await close();
  });

  it("tries a call from /docs by keyboard, with the token where it is needed, and shows what came back", async () => {
    const { page, complaints, close } = await visit(browser, `${origin}/docs`);
    const call = (id: string) => page.locator(`section[aria-labelledby="${id}"]`);
    const send = async (id: string) => {
      await call(id).locator("summary").focus();
      await page.keyboard.press("Enter");
      await call(id).locator(".try button").focus();
      await page.keyboard.press("Enter");
      await call(id).locator("output p").waitFor();
      return call(id).locator("output").textContent();
    };
    expect(await send("getModel")).toMatch(/^200 .*"name": "plain"/s);
    expect(await send("rollback")).toMatch(/^401 /);
    await page.locator("#token").fill("token-of-the-owner");
    await call("rollback").locator(".try button").click();
    await call("rollback").locator("output p", { hasText: "404" }).waitFor();
    expect(await call("rollback").locator("output").textContent()).toContain("no version before");
    expect(complaints).toEqual([]);
    await close();
  });

  it("copies a sample, as it stands and in the language that is chosen", async () => {
    const { page, close } = await visit(browser, `${origin}/docs`, {
      permissions: ["clipboard-read", "clipboard-write"],
    });
    const call = page.locator(`section[aria-labelledby="getModel"]`);
    const copied = async () => {
      await call.locator(".sample:visible .copy").click();
      await call.locator(".sample:visible .copy", { hasText: "Copied" }).waitFor();
      return page.evaluate(() => navigator.clipboard.readText());
    };
    expect(await copied()).toBe(`curl '${origin}/models/plain'`);
    await page.locator("#language-python").check();
    expect(await copied()).toContain(`requests.get("${origin}/models/plain")`);
    await call.locator(".sample:visible .copy", { hasText: "Copy" }).waitFor();
    await close();
  });

  it("says so where nothing may be copied", async () => {
    const { page, close } = await visit(browser, `${origin}/docs`);
    await page.evaluate(() => {
      navigator.clipboard.writeText = () => Promise.reject(new Error("not allowed"));
    });
    await page.locator(".sample:visible .copy").first().click();
    await page.getByText("Select it and copy").first().waitFor();
    await close();
  });

  it("opens a report for its owner in a page of its own, and keeps the token nowhere", async () => {
    const { page, complaints, close } = await visit(browser, `${origin}/models/few`);
    await page.getByText("Full report, for the owner").click();
    const field = page.getByLabel("Owner’s token");
    const open = async (token: string) => {
      await field.fill(token);
      const opened = page.context().waitForEvent("page");
      await page.getByRole("button", { name: "Open the report" }).click();
      const report = await opened;
      await report.waitForLoadState();
      return report;
    };
    const refused = await open("not-the-owners-token");
    expect(await refused.locator("h1").textContent()).toBe("Not the owner's token");
    const report = await open("token-of-the-owner");
    expect(await report.locator("h1").textContent()).toBe("Report on few");
    for (const one of [page, refused, report]) expect(one.url()).not.toContain("token-of");
    expect(await page.evaluate(() => ({ ...localStorage, ...sessionStorage }))).toEqual({});
    await page.reload();
    expect(await field.inputValue()).toBe("");
    expect(complaints).toEqual([]);
    await close();
  });

  it("writes this server's address into the samples, in the language that is chosen", async () => {
    const { page, close } = await visit(browser, `${origin}/docs`);
    const samples = page.locator(`section[aria-labelledby="listModels"] .sample:visible pre`);
    expect(await samples.allTextContents()).toEqual([`curl '${origin}/models'`]);
    await page.locator("#language-python").check();
    expect(await samples.allTextContents()).toEqual([expect.stringContaining(`requests.get("${origin}/models")`)]);
    await close();
  });
});
