/** Whether a model's scores mean what they say: of the photos answered with a score near .8, were four in five right? */
import { html } from "hono/html";
import type { ReliabilityBin } from "../../../shared/metrics.ts";
import type { Markup } from "../../../shared/page/markup.ts";
import { percent, whole } from "../../../shared/page/numbers.ts";
import type { ModelMetrics } from "./metrics.ts";

/** In units of the drawing: the plot's left and top edge, and its side. */
const LEFT = 44;
const TOP = 12;
const SIDE = 300;
/** Of the strip below the plot that shows how many photos had which score. */
const STRIP = 44;
const GAP = 34;

const TICKS = [0, 0.25, 0.5, 0.75, 1];
/** Radius of the bin with the most photos. */
const LARGEST = 11;

const x = (score: number): number => Math.round((LEFT + score * SIDE) * 10) / 10;
const y = (share: number): number => Math.round((TOP + (1 - share) * SIDE) * 10) / 10;

const filled = (bins: readonly ReliabilityBin[]): ReliabilityBin[] => bins.filter(({ photos }) => photos > 0);

const line = (bins: readonly ReliabilityBin[], name: string): Markup =>
  html`<polyline class="curve ${name}" points="${filled(bins)
    .map(({ confidence, accuracy }) => `${x(confidence)},${y(accuracy)}`)
    .join(" ")}" />`;

/** A circle's area says how many photos it stands for. */
const circles = (bins: readonly ReliabilityBin[]): Markup[] => {
  const most = Math.max(...bins.map(({ photos }) => photos));
  return filled(bins).map(
    ({ photos, confidence, accuracy }) =>
      html`<circle class="curve-point" cx="${x(confidence)}" cy="${y(accuracy)}" r="${(
        2 + (LARGEST - 2) * Math.sqrt(photos / most)
      ).toFixed(
        1,
      )}"><title>${whole(photos)} answers: mean score ${percent(confidence)}, right ${percent(accuracy)}</title></circle>`,
  );
};

const strip = (bins: readonly ReliabilityBin[]): Markup[] => {
  const most = Math.max(...bins.map(({ photos }) => photos));
  const bottom = TOP + SIDE + GAP + STRIP;
  return bins.map(({ from, to, photos }) => {
    const height = photos === 0 ? 0 : Math.max(1, Math.round((photos / most) * STRIP));
    return html`<rect class="strip" x="${x(from) + 1}" y="${bottom - height}" width="${Math.round((to - from) * SIDE) - 2}" height="${height}"><title>${whole(photos)} answers with a score of ${percent(from, 0)} to ${percent(to, 0)}</title></rect>`;
  });
};

const table = (bins: readonly ReliabilityBin[]): Markup => html`<details>
  <summary>The same as a table</summary>
  <div class="scroll" tabindex="0" role="region" aria-label="Calibration as a table">
    <table class="figures">
      <thead><tr><th scope="col">Score</th><th scope="col">Photos</th><th scope="col">Mean score</th><th scope="col">Right</th></tr></thead>
      <tbody>
        ${filled(bins).map(
          ({ from, to, photos, confidence, accuracy }) =>
            html`<tr><th scope="row">${percent(from, 0)} – ${percent(to, 0)}</th><td>${whole(photos)}</td><td>${percent(confidence)}</td><td>${percent(accuracy)}</td></tr>`,
        )}
      </tbody>
    </table>
  </div>
</details>`;

/** Nothing where the metrics have no reliability of the served model with photos in it. */
export const calibration = ({ float, served }: ModelMetrics): Markup => {
  const bins = served?.reliability ?? [];
  if (filled(bins).length === 0) return "";
  const other = float?.reliability ?? [];
  /** Of a model that gives a photo several labels, each pair of both is an answer. */
  const several = served?.scores?.decisions !== undefined;
  return html`<section aria-labelledby="calibration">
    <h2 id="calibration">Do the scores mean what they say?</h2>
    <p>On the diagonal they do: ${several ? "labels scored 80% are on their photo" : "photos answered with 80% are right"} four times in five. Below it the model is too sure of itself, above it too modest.${several ? " Every pair of a photo and a label counts." : ""}</p>
    <figure class="chart">
      <svg viewBox="0 0 ${LEFT + SIDE + 16} ${TOP + SIDE + GAP + STRIP + 22}" role="img" aria-label="Calibration curve: share of right answers by score">
        ${TICKS.map(
          (tick) => html`<path class="grid" d="M${x(tick)} ${TOP}v${SIDE}M${LEFT} ${y(tick)}h${SIDE}" />
            <text class="tick" x="${x(tick)}" y="${TOP + SIDE + 16}" text-anchor="middle">${percent(tick, 0)}</text>
            <text class="tick" x="${LEFT - 6}" y="${y(tick) + 4}" text-anchor="end">${percent(tick, 0)}</text>`,
        )}
        <path class="diagonal" d="M${x(0)} ${y(0)}L${x(1)} ${y(1)}" />
        ${filled(other).length > 0 ? line(other, "float") : ""}
        ${line(bins, "served")}
        ${circles(bins)}
        ${strip(bins)}
        <text class="tick" x="${LEFT + SIDE / 2}" y="${TOP + SIDE + GAP + STRIP + 16}" text-anchor="middle">${several ? "score of a label, and how many photos’ labels had it" : "score of the answer, and how many photos had it"}</text>
      </svg>
      <figcaption>
        <span class="key served">as served</span>
        ${filled(other).length > 0 ? html`<span class="key float">float</span>` : ""}
        <span class="key ideal">ideal</span>
      </figcaption>
    </figure>
    ${table(bins)}
  </section>`;
};
