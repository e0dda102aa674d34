/** The pages of a model and of the API in Chromium: each look, by keyboard, under their policy. */
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { publishFake } from "../functions/publishing.ts";
import { serve } from "../functions/serving.ts";
import { has } from "../require.ts";
import { barriers, launch, listenTo, looks, overflows, picture, visit } from "./browser.ts";
import { drawnMetrics } from "./charts.ts";

const hostile = ["<script>alert(1)</script>", `"><img src=x onerror=alert(2)>`, "'/**/onload=alert(3)"];
const many = [...hostile, ...Array.from({ length: 117 }, (_, index) => `breed_${String(index).padStart(3, "0")}`)];

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

  const [phone, desk] = [looks[1]!, looks[2]!];
  it.each([
    ...["/models/many", "/docs"].flatMap((path) => [phone, desk].map((look) => ({ path, ...look }))),
    { path: "/models/few", ...looks[0]! },
    { path: "/models/plain", ...looks[3]! },
  ])(
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
    expect(await first()).toBe("breed_116");
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

  it("writes this server's address into the samples, in the language that is chosen", async () => {
    const { page, close } = await visit(browser, `${origin}/docs`);
    const samples = page.locator(`section[aria-labelledby="listModels"] .sample:visible pre`);
    expect(await samples.allTextContents()).toEqual([`curl '${origin}/models'`]);
    await page.locator("#language-python").check();
    expect(await samples.allTextContents()).toEqual([expect.stringContaining(`requests.get("${origin}/models")`)]);
    await close();
  });
});
