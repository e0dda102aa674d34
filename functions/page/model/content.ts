/** A model's page, below the site's header. */
import { html } from "hono/html";
import type { Markup } from "../markup.ts";
import { moment } from "../numbers.ts";
import { calibration } from "./calibration.ts";
import { confusion } from "./confusion.ts";
import { known } from "./known.ts";
import { made } from "./made.ts";
import { perClass } from "./per-class.ts";
import { headline, scores } from "./scores.ts";
import { versionList } from "./versions.ts";
import type { ModelView } from "./view.ts";

export const modelContent = ({ manifest, metrics, pointer, versions }: ModelView): Markup => {
  const { name, version, created, backbone, publicPhotos } = manifest;
  return html`<header class="model">
      <h1>${name}</h1>
      <p>Learned on ${backbone.name}, published ${moment(created)}.</p>
      <p class="links">
        <a class="button" href="/?model=${name}">Try it on a photo</a>
        ${publicPhotos ? html`<a href="/models/${name}/report">Full report</a>` : ""}
        <a href="/models/${name}/${version}/files/metrics.json">metrics.json</a>
      </p>
      ${headline(manifest, metrics)}
    </header>
    <div class="beside">${scores(manifest, metrics)}${calibration(metrics)}</div>
    ${confusion(metrics)}
    ${perClass(metrics)}
    ${known(manifest, metrics)}
    ${made(manifest)}
    ${versionList(versions, pointer)}`;
};
