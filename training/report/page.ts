/**
 * The report as one file that asks nobody for anything: its policy allows its own style, by its hash, and pictures that are inside
 * it. No script: it is read, and printed, wherever it is opened.
 */
import { createHash } from "node:crypto";
import { html, raw } from "hono/html";
import { figuresStyle } from "../../shared/page/figures-style.ts";
import { siteStyle } from "../../shared/page/site-style.ts";
import { batch } from "./sections/batch.ts";
import { calibration } from "./sections/calibration.ts";
import { classes } from "./sections/classes.ts";
import { confusion } from "./sections/confusion.ts";
import { curves } from "./sections/curves.ts";
import { forms } from "./sections/forms.ts";
import { gallery } from "./sections/gallery.ts";
import { leftOut } from "./sections/left-out.ts";
import { made } from "./sections/made.ts";
import { summary } from "./sections/summary.ts";
import { sweep } from "./sections/sweep.ts";
import { unknown } from "./sections/unknown.ts";
import { reportStyle } from "./style.ts";
import type { ReportView } from "./view.ts";

const style = siteStyle + figuresStyle + reportStyle;

const policy = [
  "default-src 'none'",
  `style-src 'sha256-${createHash("sha256").update(style).digest("base64")}'`,
  "img-src data:",
  "form-action 'none'",
  "base-uri 'none'",
].join("; ");

export const reportPage = async (view: ReportView): Promise<string> =>
  String(
    await html`<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta http-equiv="content-security-policy" content="${raw(policy)}" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <meta name="referrer" content="no-referrer" />
    <title>${view.name}: report</title>
    <link rel="icon" href="data:," />
    <style>${raw(style)}</style>
  </head>
  <body>
    <main>
      ${summary(view)}
      ${sweep(view)}
      ${curves(view)}
      ${forms(view)}
      ${confusion(view)}
      ${classes(view)}
      ${calibration(view)}
      ${gallery(view)}
      ${unknown(view)}
      ${batch(view)}
      ${leftOut(view)}
      ${made(view)}
      <footer>Made by Whippet ${view.metrics.training.versions.whippet}. The same figures are in metrics.json, beside this file.</footer>
    </main>
  </body>
</html>`,
  );
