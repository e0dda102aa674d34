/** How it was made, and the command that makes it again. */
import { html } from "hono/html";
import type { Markup } from "../../../shared/page/markup.ts";
import { duration, whole } from "../../../shared/page/numbers.ts";
import type { ReportView } from "../view.ts";

const written = (value: unknown): string => {
  if (typeof value === "string") return value;
  if (typeof value !== "object" || value === null || Array.isArray(value)) return JSON.stringify(value);
  return Object.entries(value)
    .map(([name, own]) => `${name} ${written(own)}`)
    .join(", ");
};

const facts = (id: string, record: Readonly<Record<string, unknown>>): Markup =>
  html`<dl class="facts" id="${id}">${Object.entries(record).map(([name, value]) => html`<dt>${name}</dt><dd>${written(value)}</dd>`)}</dl>`;

/** @param several a photo of several labels counts for each */
const photosOf = (sizes: readonly number[], several: boolean): string => {
  const [fewest, most] = [Math.min(...sizes), Math.max(...sizes)];
  const each = fewest === most ? `${whole(most)} each` : `${whole(fewest)} to ${whole(most)}`;
  if (several) return `${whole(sizes.length)} labels, on ${each} of them`;
  const photos = sizes.reduce((sum, size) => sum + size, 0);
  return `${whole(photos)} in ${whole(sizes.length)} ${sizes.length === 1 ? "class" : "classes"} of ${each}`;
};

export const made = ({ metrics, command, seconds }: ReportView): Markup => {
  const { settings, head, backbone, versions } = metrics.training;
  const { classCounts, served } = metrics;
  const sizes = classCounts.map(({ training, validation }) => training + validation);
  return html`<section aria-labelledby="made">
    <h2 id="made">How it was made</h2>
    <pre id="command"><code>${command.split(" ").map((word) => html`<span>${word}</span> `)}</code></pre>
    ${facts("made-facts", {
      photos: photosOf(sizes, served.scores.decisions !== undefined),
      backbone: backbone.name,
      "pretrained on": backbone.pretrainedOn,
      took: duration(Object.values(seconds).reduce((sum, step) => sum + step, 0)),
    })}
    <h3>Head</h3>
    <div class="scroll" tabindex="0" role="region" aria-label="The head's layers">
      <table class="figures narrow" id="layers">
        <thead><tr><th scope="col">Layer</th><th scope="col">Outputs</th><th scope="col">Parameters</th></tr></thead>
        <tbody>${head.layers.map(({ name, outputs, parameters }) => html`<tr><th scope="row">${name}</th><td>${whole(outputs)}</td><td>${whole(parameters)}</td></tr>`)}</tbody>
      </table>
    </div>
    ${facts("head", {
      loss: head.loss,
      optimizer: head.optimizer,
      ...(head.tuning !== undefined && { "fine-tune": head.tuning }),
    })}
    <div class="beside">
      <div><h3>Settings</h3>${facts("settings", settings)}</div>
      <div><h3>Time spent</h3>${facts("seconds", Object.fromEntries(Object.entries(seconds).map(([step, spent]) => [step, duration(spent)])))}</div>
      <div><h3>Software</h3>${facts("versions", versions)}</div>
    </div>
  </section>`;
};
