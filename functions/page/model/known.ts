/** What a model knows: its labels, and how many photos it has seen of each. */
import { html } from "hono/html";
import type { Manifest } from "../../../shared/manifest.ts";
import type { Markup } from "../../../shared/page/markup.ts";
import { whole } from "../../../shared/page/numbers.ts";
import type { ModelMetrics } from "./metrics.ts";

/** Photos by label, of both parts, from the metrics or else the manifest. */
const countsOf = ({ data }: Manifest, { classCounts }: ModelMetrics): ReadonlyMap<string, number> =>
  new Map(
    classCounts?.map(({ label, training, validation }) => [label, training + validation]) ??
      Object.entries(data?.classes ?? {}),
  );

export const known = (manifest: Manifest, metrics: ModelMetrics): Markup => {
  const { labels, background } = manifest;
  const counts = countsOf(manifest, metrics);
  const most = Math.max(1, ...labels.map((label) => counts.get(label) ?? 0));
  const classes = labels.length - (background === undefined ? 0 : 1);
  return html`<section aria-labelledby="known">
    <h2 id="known">What it knows</h2>
    <p>
      ${whole(classes)} ${classes === 1 ? "class" : "classes"}${
        counts.size > 0
          ? html`, and how many photos it learned each of`
          : html`. How many photos it learned each of was not kept`
      }.${background === undefined ? "" : html` Photos of none of them are <b>${background}</b>.`}
    </p>
    <ul class="known listed">
      ${labels.map((label) => {
        const photos = counts.get(label);
        return html`<li>
          <span class="name">${label}</span>
          ${
            photos === undefined
              ? ""
              : html`<span class="amount">${whole(photos)}</span>
                <svg class="bar" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true"><rect width="${((photos / most) * 100).toFixed(1)}" height="4" rx="2" /></svg>`
          }
        </li>`;
      })}
    </ul>
  </section>`;
};
