/** How good a model is: the float model it came from against the form of it that answers. */
import { html } from "hono/html";
import type { Manifest, Scores } from "../../../shared/manifest.ts";
import type { Markup } from "../../../shared/page/markup.ts";
import { bytes, percent, points, whole } from "../../../shared/page/numbers.ts";
import type { ModelMetrics, ModelScores } from "./metrics.ts";

type AnyScores = Scores | ModelScores;

/** Of the float and the served model, from the manifest or else the metrics. */
const scoresOf = (
  { metrics }: Manifest,
  { float, served }: ModelMetrics,
): { float: AnyScores | undefined; served: AnyScores | undefined } => ({
  float: metrics.float ?? float?.scores,
  served: metrics.served ?? served?.scores,
});

/** Where top-1 lies by the number of photos: `93.0 to 95.8%`. */
const between = (ends: readonly [number, number] | undefined): string | undefined =>
  ends && `${percent(ends[0]).slice(0, -1)} to ${percent(ends[1])}`;

interface Measure {
  name: string;
  meaning: string;
  /** Below its value. */
  detail?: (scores: AnyScores) => string | undefined;
  of: (scores: AnyScores) => number | undefined;
  write: (value: number) => string;
  differ: (difference: number) => string;
}

const share = { write: percent, differ: points };
const measures: readonly Measure[] = [
  {
    name: "Top-1",
    meaning:
      "the best label is right (one of the photo’s, where it has several); below it, where that lies in 95% of cases by the number of photos",
    of: ({ top1 }) => top1,
    detail: ({ interval }) => between(interval),
    ...share,
  },
  { name: "Top-5", meaning: "the right label is among the best five", of: ({ top5 }) => top5, ...share },
  { name: "Calibration error", meaning: "how far scores lie from the truth (ECE)", of: ({ ece }) => ece, ...share },
  {
    name: "Surprise",
    meaning: "negative log-likelihood, in nats; less is better",
    of: ({ nll }) => nll,
    write: (value) => value.toFixed(3),
    differ: (difference) => `${difference < 0 ? "−" : "+"}${Math.abs(difference).toFixed(3)}`,
  },
];

const decided = (what: "microF1" | "macroF1" | "exact") => ({
  of: ({ decisions }: AnyScores) => decisions?.[what],
  ...share,
});

/** Of a model that gives a photo several labels, before the others. */
const labelMeasures: readonly Measure[] = [
  {
    name: "Mean average precision",
    meaning:
      "how well photos with a label come before those without, over all thresholds; below it, where that lies in 95% of cases (bootstrap)",
    of: ({ decisions }) => decisions?.map,
    detail: ({ decisions }) => between(decisions?.intervals?.map),
    ...share,
  },
  { name: "Micro F1", meaning: "of all decisions, each label by its own threshold", ...decided("microF1") },
  { name: "Macro F1", meaning: "the mean of the labels' own", ...decided("macroF1") },
  { name: "All labels right", meaning: "photos without one too many or one too few", ...decided("exact") },
];

/** The figures that a visitor looks for first. */
export const headline = (manifest: Manifest, metrics: ModelMetrics): Markup => {
  const { served } = scoresOf(manifest, metrics);
  const file = manifest.files.find(({ path }) => path === manifest.serve.native);
  const figures: [string, string, string][] = [];
  if (served?.decisions)
    figures.push([percent(served.decisions.map), "mAP", `mean average precision on ${whole(served.photos)} photos`]);
  else if (served?.top1 !== undefined)
    figures.push([percent(served.top1), "top-1", `on ${whole(served.photos)} photos`]);
  const same = manifest.task === "multi-label" ? "same labels as the float model" : "same answer as the float model";
  figures.push([percent(manifest.metrics.agreement), "agreement", same]);
  figures.push([whole(manifest.labels.length), manifest.labels.length === 1 ? "label" : "labels", manifest.task]);
  if (file) {
    const ms = file.ms.native;
    figures.push([bytes(file.bytes), file.precision, ms === undefined ? "as served" : `${ms.toFixed(1)} ms a photo`]);
  }
  return html`<ul class="headline">
    ${figures.map(([value, name, detail]) => html`<li><b>${value}</b> <span>${name}</span> <small>${detail}</small></li>`)}
  </ul>`;
};

const cell = ({ of, write, detail }: Measure, scores: AnyScores | undefined): Markup => {
  const value = scores && of(scores);
  const more = scores && detail?.(scores);
  return html`<td>${value === undefined ? "–" : write(value)}${more === undefined ? "" : html` <small>${more}</small>`}</td>`;
};

const table = (
  float: AnyScores | undefined,
  served: AnyScores | undefined,
): Markup => html`<div class="scroll" tabindex="0" role="region" aria-label="Float against served">
  <table class="figures scores">
    <thead><tr><th scope="col">Figure</th><th scope="col">Float</th><th scope="col">Served</th><th scope="col">Difference</th></tr></thead>
    <tbody>
      ${[...labelMeasures, ...measures].map((measure) => {
        const { name, meaning, of, differ } = measure;
        const [before, after] = [float && of(float), served && of(served)];
        if (before === undefined && after === undefined) return "";
        return html`<tr>
          <th scope="row">${name} <small>${meaning}</small></th>
          ${cell(measure, float)}
          ${cell(measure, served)}
          <td>${before === undefined || after === undefined ? "–" : differ(after - before)}</td>
        </tr>`;
      })}
    </tbody>
  </table>
</div>`;

/** Who answered the photos: no head that had learned from them. */
const answeredBy = ({ judged }: ModelMetrics): string => {
  if (!judged) return "";
  return judged.method === "out-of-fold"
    ? `, each answered by one of ${whole(judged.heads)} heads that had not learned from it`
    : " that were kept aside, answered by a head that had not learned from them";
};

export const scores = (manifest: Manifest, metrics: ModelMetrics): Markup => {
  const { float, served } = scoresOf(manifest, metrics);
  const photos = served?.photos ?? float?.photos;
  const { method, optimistic } = metrics;
  return html`<section aria-labelledby="scores">
    <h2 id="scores">How good it is</h2>
    ${
      photos
        ? html`<p>Measured on ${whole(photos)} labelled photos${answeredBy(metrics)}${manifest.gate.precomputed ? ", elsewhere, and shipped with Whippet" : ""}.</p>
            ${optimistic ? html`<p class="warning">Optimistic: ${optimistic.reason}. Photos of your own may be harder.</p>` : ""}
            ${table(float, served)}`
        : html`<p>No labelled photos were kept aside, so nothing is known of its accuracy.</p>`
    }
    <p>${
      manifest.task === "multi-label"
        ? html`Of the labels that what is served and the float model gave the views that the gate compared, ${percent(manifest.metrics.agreement)} are the same.`
        : html`On ${percent(manifest.metrics.agreement)} of the views that the gate compared, what is served gives the same answer as the float model.`
    }</p>
    ${
      method
        ? html`<details>
            <summary>How this was measured</summary>
            <dl class="facts"><dt>Float</dt><dd>${method.float}</dd><dt>Served</dt><dd>${method.served}</dd></dl>
          </details>`
        : ""
    }
    ${manifest.gate.forced ? html`<p class="warning">The gate refused this model, and its owner published it in spite of that.</p>` : ""}
    ${manifest.gate.notes.length > 0 ? html`<ul class="notes">${manifest.gate.notes.map((note) => html`<li>${note}</li>`)}</ul>` : ""}
  </section>`;
};
