/** How a model was made, as its manifest tells it: backbone, head, data, settings, files, machine. */
import { html } from "hono/html";
import type { Manifest, ModelFile } from "../../../shared/manifest.ts";
import type { Markup } from "../../../shared/page/markup.ts";
import { bytes, duration, moment, percent, whole } from "../../../shared/page/numbers.ts";

type Fact = readonly [name: string, value: string | Markup];

const facts = (rows: readonly Fact[]): Markup =>
  html`<dl class="facts">${rows.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl>`;

/** A value of a free-form record: numbers and words as they are, else as JSON. */
const written = (value: unknown): string => {
  if (typeof value === "string") return value;
  if (typeof value === "number") return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(5)));
  return JSON.stringify(value);
};

const recorded = (record: Record<string, unknown>): Fact[] =>
  Object.entries(record).map(([name, value]) => [name, written(value)]);

const folded = (title: string, rows: readonly Fact[]): Markup =>
  rows.length === 0 ? "" : html`<details><summary>${title}</summary>${facts(rows)}</details>`;

const milliseconds = (value: number | undefined): string => (value === undefined ? "–" : `${value.toFixed(1)} ms`);

const trialsOf = ({ trials }: ModelFile, task: Manifest["task"]): Markup[] =>
  trials.map(
    ({ engine, agreement, views, passed, reason }) =>
      html`<span class="trial">${engine}: ${percent(agreement)} of ${task === "multi-label" ? "the labels on " : ""}${whole(views)} views, ${passed ? "passed" : `refused${reason === undefined ? "" : ` (${reason})`}`}</span>`,
  );

const files = ({
  files,
  serve,
  task,
}: Manifest): Markup => html`<div class="scroll" tabindex="0" role="region" aria-label="Files">
  <table class="figures">
    <caption>Its forms, and which of them each engine runs</caption>
    <thead><tr><th scope="col">File</th><th class="words" scope="col">Precision</th><th scope="col">Size</th><th scope="col">Native</th><th scope="col">Web</th><th class="words" scope="col">Agrees with float</th></tr></thead>
    <tbody>
      ${files.map((file) => {
        const serves = [file.path === serve.native ? "native" : "", file.path === serve.web ? "web" : ""].filter(
          Boolean,
        );
        return html`<tr>
          <th scope="row">${file.path}${serves.length > 0 ? html` <span class="tag">${serves.join(", ")}</span>` : ""}</th>
          <td class="words">${file.precision}</td><td>${bytes(file.bytes)}</td>
          <td>${milliseconds(file.ms.native)}</td><td>${milliseconds(file.ms.web)}</td>
          <td class="words">${trialsOf(file, task)}</td>
        </tr>`;
      })}
    </tbody>
  </table>
</div>`;

export const made = (manifest: Manifest): Markup => {
  const { backbone, data, input, unknown, hardware, limits, seconds } = manifest;
  const took = seconds.total ?? Object.values(seconds).reduce((sum, part) => sum + part, 0);
  const rows: Fact[] = [
    ["Backbone", backbone.name],
    ["Pretrained on", backbone.pretrainedOn],
    ["Source", backbone.source],
    ["Licence", backbone.licence],
    ["Input", `${input.size} × ${input.size} pixels, the middle ${percent(input.crop, 0)} of the photo`],
    ["Published", moment(manifest.created)],
  ];
  if (data) {
    const { photos, training, validation, folds, skipped } = data;
    const parts =
      folds === undefined
        ? `${whole(training)} to learn from, ${whole(validation)} to check`
        : `each checked by one of ${whole(folds)} heads that had not learned from it`;
    rows.push(["Photos", `${whole(photos)}: ${parts}${skipped > 0 ? `; ${whole(skipped)} skipped` : ""}`]);
  }
  if (took > 0) rows.push(["Took", `${duration(took)} on ${hardware.cores} cores (${hardware.cpu})`]);
  rows.push(["Temperature", written(manifest.temperature)]);
  if (unknown)
    rows.push([
      "Unknown",
      `photos whose energy lies below ${written(unknown.threshold)}; ${percent(unknown.kept)} of known photos lie above`,
    ]);
  rows.push([
    "At the edge",
    `${whole(Math.round(limits.edge.cpuMs))} ms a photo, ${whole(Math.round(limits.edge.peakMb))} MB; ${limits.edge.fits ? "fits into a Worker" : "does not fit into a Worker"}`,
  ]);
  return html`<section aria-labelledby="made">
    <h2 id="made">How it was made</h2>
    ${facts(rows)}
    ${files(manifest)}
    ${folded("Head", recorded(manifest.head))}
    ${folded("Settings", recorded(manifest.settings))}
    ${folded(
      "Time spent",
      Object.entries(seconds).map(([stage, spent]) => [stage, duration(spent)]),
    )}
    ${folded("Software", recorded(manifest.versions))}
    ${folded("Fingerprints", [
      ...manifest.files.map(({ path, sha256 }): Fact => [path, html`<code>${sha256}</code>`]),
      ["backbone", html`<code>${backbone.sha256}</code>`],
      ...(data ? [["split of the photos", html`<code>${data.split}</code>`] as const] : []),
    ])}
  </section>`;
};
