/** A model's page, below the site's header. */
import { html } from "hono/html";
import type { Markup } from "../../../shared/page/markup.ts";
import { moment } from "../../../shared/page/numbers.ts";
import { calibration } from "./calibration.ts";
import { confusion } from "./confusion.ts";
import { known } from "./known.ts";
import { made } from "./made.ts";
import { perClass } from "./per-class.ts";
import { headline, scores } from "./scores.ts";
import { unknown } from "./unknown.ts";
import { versionList } from "./versions.ts";
import type { ModelView } from "./view.ts";

/** The token travels in the form's body, and is forgotten with the page. */
const ownersReport = (name: string): Markup => html`<details class="owners">
  <summary>Full report, for the owner</summary>
  <form action="/models/${name}/report/owner" method="post" target="_blank" rel="noopener">
    <p>It shows photos that the model learned from.</p>
    <label>Owner’s token <input type="password" name="token" autocomplete="off" spellcheck="false" required /></label>
    <button>Open the report</button>
  </form>
</details>`;

export const modelContent = ({ manifest, metrics, measured, pointer, versions, report }: ModelView): Markup => {
  const { name, version, created, backbone } = manifest;
  return html`<header class="model">
      <h1>${name}</h1>
      <p>Learned on ${backbone.name}, published ${moment(created)}.</p>
      <p class="links">
        <a class="button" href="/?model=${name}">Try it on a photo</a>
        ${report === "anyone" ? html`<a href="/models/${name}/report">Full report</a>` : ""}
        ${measured ? html`<a href="/models/${name}/${version}/files/metrics.json">metrics.json</a>` : ""}
      </p>
      ${report === "owner" ? ownersReport(name) : ""}
      ${headline(manifest, metrics)}
    </header>
    <div class="beside">${scores(manifest, metrics)}${calibration(metrics)}</div>
    ${confusion(metrics)}
    ${perClass(metrics)}
    ${unknown(metrics)}
    ${known(manifest, metrics)}
    ${made(manifest)}
    ${versionList(versions, pointer)}`;
};
