/** Debian's Chromium for the pages' tests: what it asked of whom, what it complained of, what axe-core finds, how it looks. */
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { serve } from "@hono/node-server";
import type { AxeResults } from "axe-core";
import type { Hono } from "hono";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import type { Variables } from "../../functions/http/requests.ts";
import { packageRoot } from "../../shared/package-root.ts";
import { chromiumProgram } from "../tools/chromium.ts";

export const launch = (): Promise<Browser> =>
  chromium.launch({ executablePath: chromiumProgram()!, args: ["--no-sandbox", "--disable-gpu"] });

/** A server of this process, on any free port. */
export const listenTo = async (
  app: Pick<Hono<{ Variables: Variables }>, "fetch">,
): Promise<{ origin: string; close(): void }> => {
  const server = serve({ fetch: app.fetch, port: 0, hostname: "127.0.0.1" });
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return { origin: `http://127.0.0.1:${port}`, close: () => void server.close() };
};

export interface Visit {
  page: Page;
  /** Addresses of all that was asked for. */
  asked: string[];
  /** Errors of scripts and of the policy. */
  complaints: string[];
  close(): Promise<void>;
}

export const visit = async (browser: Browser, url: string, options: BrowserContextOptions = {}): Promise<Visit> => {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  const asked: string[] = [];
  const complaints: string[] = [];
  page.on("request", (request) => asked.push(request.url()));
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("console", (message) => {
    // a refused request is a console error of the browser's own
    if (message.type() === "error" && !message.text().startsWith("Failed to load resource"))
      complaints.push(message.text());
  });
  await page.goto(url);
  return { page, asked, complaints, close: () => context.close() };
};

const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** What axe-core finds serious or critical, by rule and element. */
export const barriers = async (page: Page): Promise<string[]> => {
  // over the debugger, which the page's policy does not bind
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() =>
    (globalThis as unknown as { axe: { run(): Promise<AxeResults> } }).axe.run(),
  );
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target}`));
};

/** Both widths, both colour schemes. */
export const looks = [360, 1440].flatMap((width) =>
  (["light", "dark"] as const).map((colorScheme) => ({
    name: `${width}-${colorScheme}`,
    options: { viewport: { width, height: 900 }, colorScheme },
  })),
);

/** Into test/screenshots, which git ignores. */
export const picture = (page: Page, name: string): Promise<Buffer> =>
  page.screenshot({ path: join(packageRoot, "test/screenshots", `${name}.png`), fullPage: true });

/** Whether anything is wider than the window. */
export const overflows = (page: Page): Promise<boolean> =>
  page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
