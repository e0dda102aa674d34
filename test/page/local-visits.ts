/** A server with models that browsers run, and a browser that visits it, for the tests of a file. */
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect } from "vitest";
import { launch, type Visit, visit } from "./browser.ts";
import { type LocalServer, startLocalServer } from "./local-models.ts";

export interface LocalVisits {
  /** Its `asked` begins anew with each test. */
  server: LocalServer;
  browser: Browser;
  /** @param script runs in the page before its own. Closed after the test, which fails where the page complained */
  open(url?: string, script?: () => void): Promise<Page>;
}

/** @returns its parts, there while a test runs */
export const localVisits = (): LocalVisits => {
  const visits: Visit[] = [];
  const parts = {
    async open(url = parts.server.url, script) {
      const opened = await visit(parts.browser, script ? "about:blank" : url);
      visits.push(opened);
      if (script) {
        await opened.page.addInitScript(script);
        await opened.page.goto(url);
      }
      return opened.page;
    },
  } as LocalVisits;
  beforeAll(async () => {
    [parts.server, parts.browser] = await Promise.all([startLocalServer(), launch()]);
  });
  beforeEach(() => void parts.server.asked.splice(0));
  afterEach(async () => {
    for (const { complaints, close } of visits.splice(0)) {
      await close();
      expect(complaints).toEqual([]);
    }
  });
  afterAll(async () => {
    await parts.browser?.close();
    await parts.server?.close();
  });
  return parts;
};
