/** The page at `/`: a form that works without a script, and shows labels as bars with one. */
import type { Context } from "hono";
import { html, raw } from "hono/html";
import { script } from "./script.ts";
import { style } from "./style.ts";

/** @param model that will answer; undefined while nothing is published */
export const uploadForm = (c: Context, model: string | undefined): Response | Promise<Response> => {
  const nonce = crypto.randomUUID();
  c.header(
    "content-security-policy",
    `default-src 'none'; style-src 'nonce-${nonce}'; script-src 'nonce-${nonce}'; img-src blob:; connect-src 'self'; ` +
      "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  );
  c.header("referrer-policy", "no-referrer");
  c.header("cache-control", "no-store");
  return c.html(html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>Whippet</title>
        <style nonce="${nonce}">
          ${raw(style)}
        </style>
      </head>
      <body>
        <main>
          <h1>Whippet</h1>
          <p>
            ${
              model === undefined
                ? html`Nothing is published yet. Train a model: <code>npx whippet train &lt;photos&gt;</code>`
                : html`The model <a href="/models/${model}">${model}</a> says what is in a photo.`
            }
          </p>
          <form action="/classify" method="post" enctype="multipart/form-data">
            <label>
              Photo
              <input type="file" name="photo" accept="image/jpeg,image/png,image/webp" required />
            </label>
            <button>Classify</button>
          </form>
          <img id="photo" alt="The photo you chose" hidden />
          <section id="answer" aria-live="polite"></section>
        </main>
        <script nonce="${nonce}">
          ${raw(script)}
        </script>
      </body>
    </html>`);
};
