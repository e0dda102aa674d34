/**
 * What every page has around its content: head, header, style, script, and a policy that allows nothing else. Scripts and
 * styles are allowed by their hashes, not by a nonce, so that a page that a browser kept stays right after a 304.
 */
import type { Context } from "hono";
import { html, raw } from "hono/html";
import type { Markup } from "../../shared/page/markup.ts";
import { siteStyle } from "../../shared/page/site-style.ts";
import { answerUnlessKnown, etagOf } from "../http/etag.ts";

export interface Page {
  title: string;
  /** The place in the header's list that it is, where it is one. */
  here?: "docs";
  content: Markup;
  /** Style and script that only this page needs. */
  style: string;
  script: string;
  /** Whether it starts workers, of this site. */
  workers?: boolean;
}

const hashOf = async (text: string): Promise<string> => {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
  return `'sha256-${btoa(String.fromCharCode(...digest))}'`;
};

/** A page's text, and the headers that belong to it. */
export const renderPage = async ({
  title,
  here,
  content,
  style,
  script,
  workers = false,
}: Page): Promise<{ body: string; headers: Record<string, string> }> => {
  const styles = siteStyle + style;
  const body = await html`<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <title>${title}</title>
    <link rel="icon" href="data:," />
    <style>${raw(styles)}</style>
  </head>
  <body>
    <a class="skip" href="#main">To the content</a>
    <header class="site">
      <a class="mark" href="/">Whippet</a>
      <nav aria-label="Site"><a href="/">Classify</a> <a href="/docs"${here === "docs" ? raw(' aria-current="page"') : ""}>API</a></nav>
    </header>
    <main id="main">${content}</main>
    <script type="module">${raw(script)}</script>
  </body>
</html>`;
  const policy = [
    "default-src 'none'",
    `style-src ${await hashOf(styles)}`,
    `script-src ${await hashOf(script)}`,
    ...(workers ? ["worker-src 'self'"] : []),
    "img-src 'self' data: blob:",
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ];
  return {
    body: String(body),
    headers: {
      "content-type": "text/html; charset=utf-8",
      "content-security-policy": policy.join("; "),
      "referrer-policy": "no-referrer",
      "x-content-type-options": "nosniff",
    },
  };
};

/** Answers with `page`, or 304 to a reader who has it. */
export const answerPage = async (c: Context, page: Page): Promise<Response> => {
  const { body, headers } = await renderPage(page);
  for (const [name, value] of Object.entries(headers)) c.header(name, value);
  return answerUnlessKnown(c, { body, etag: await etagOf(body), contentType: headers["content-type"]! });
};
