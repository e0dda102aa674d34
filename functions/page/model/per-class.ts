/** How well each class is known, and what it is taken for. The page's script sorts and filters the table. */
import { html } from "hono/html";
import type { ClassFigures } from "../../../shared/metrics.ts";
import { mistakesOf } from "../../../shared/mistakes.ts";
import type { Markup } from "../../../shared/page/markup.ts";
import { percent, whole } from "../../../shared/page/numbers.ts";
import { type ModelMetrics, squareConfusion } from "./metrics.ts";

const MISTAKES_A_CLASS = 2;

/** For each label what its photos are most often taken for: `husky 4, malamute 2`. */
const takenFor = (metrics: ModelMetrics): ReadonlyMap<string, string> => {
  const square = squareConfusion(metrics, metrics.served);
  if (!square) return new Map();
  const mistakes = mistakesOf(square.matrix);
  return new Map(
    square.labels.map((label, index) => [
      label,
      mistakes
        .filter(({ from }) => from === index)
        .slice(0, MISTAKES_A_CLASS)
        .map(({ to, photos }) => `${square.labels[to]} ${photos}`)
        .join(", "),
    ]),
  );
};

const share = (value: number): Markup => html`<td data-value="${value}">
  <span class="measured"><svg class="bar" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true"><rect class="track" width="100" height="4" /><rect width="${(value * 100).toFixed(1)}" height="4" /></svg>${percent(value, 0)}</span>
</td>`;

const columns = ["Class", "Photos", "Precision", "Recall", "F1"];
/** Of a model that gives a photo several labels: average precision, and the score from which on each label is given. */
const labelColumns = ["AP", "Given from"];

/** Nothing where the metrics have no figures of the classes. */
export const perClass = (metrics: ModelMetrics): Markup => {
  const rows = metrics.served?.perClass ?? [];
  if (rows.length === 0) return "";
  const mistaken = takenFor(metrics);
  const several = rows.some(({ threshold }) => threshold !== undefined);
  const ofLabels = ({ averagePrecision, threshold }: Pick<ClassFigures, "averagePrecision" | "threshold">): Markup =>
    several
      ? html`${averagePrecision === undefined ? html`<td data-value="-1">–</td>` : share(averagePrecision)}<td data-value="${threshold ?? 0}">${percent(threshold ?? 0, 0)}</td>`
      : "";
  return html`<section aria-labelledby="per-class">
    <h2 id="per-class">Class by class</h2>
    <p>Recall: of the photos that show it, the share answered so. Precision: of the photos answered so, the share that show it.</p>
    <label class="filter" hidden>Find a class <input type="search" data-filters="classes" autocomplete="off" /></label>
    <div class="scroll tall" tabindex="0" role="region" aria-labelledby="per-class">
      <table class="figures" id="classes">
        <thead>
          <tr>
            ${[...columns, ...(several ? labelColumns : [])].map((column) => html`<th scope="col">${column}</th>`)}
            ${mistaken.size > 0 ? html`<th class="words" scope="col" data-fixed>Mostly taken for</th>` : ""}
          </tr>
        </thead>
        <tbody>
          ${rows.map(
            ({ label, precision, recall, f1, support, ...more }) => html`<tr>
              <th scope="row">${label}</th>
              <td data-value="${support}">${whole(support)}</td>
              ${share(precision)}${share(recall)}${share(f1)}${ofLabels(more)}
              ${mistaken.size > 0 ? html`<td class="words">${mistaken.get(label) ?? ""}</td>` : ""}
            </tr>`,
          )}
        </tbody>
      </table>
    </div>
  </section>`;
};
