/** How well each class is known, the worst first, and what it is taken for. */
import { html } from "hono/html";
import { mistakesOf } from "../../../shared/mistakes.ts";
import type { Markup } from "../../../shared/page/markup.ts";
import { percent, whole } from "../../../shared/page/numbers.ts";
import type { ReportView } from "../view.ts";

const MISTAKES_A_CLASS = 2;

const share = (value: number): Markup =>
  html`<td><span class="measured"><svg class="bar" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true"><rect class="track" width="100" height="4" /><rect width="${(value * 100).toFixed(1)}" height="4" /></svg>${percent(value)}</span></td>`;

export const classes = ({ metrics }: ReportView): Markup => {
  const { labels, served } = metrics;
  const mistakes = mistakesOf(served.confusion);
  const takenFor = (label: string): string =>
    mistakes
      .filter(({ from }) => labels[from] === label)
      .slice(0, MISTAKES_A_CLASS)
      .map(({ to, photos }) => `${labels[to]} ${photos}`)
      .join(", ");
  const several = served.scores.decisions !== undefined;
  const rows = served.perClass.toSorted((a, b) => a.f1 - b.f1);
  return html`<section aria-labelledby="classes">
    <h2 id="classes">${several ? "Label by label" : "Class by class"}</h2>
    <p>The worst first. Recall: of the photos that show it, the share answered so. Precision: of the photos answered so, the share that show it. F1 is their harmonic mean, support the number of photos it rests on.${several ? " AP, average precision, is the mean of the precisions at each photo that shows it, in the order of their scores; the label is given from the last column’s score on." : ""}</p>
    <div class="scroll tall" tabindex="0" role="region" aria-labelledby="classes">
      <table class="figures" id="per-class">
        <thead><tr><th scope="col">${several ? "Label" : "Class"}</th><th scope="col">Precision</th><th scope="col">Recall</th><th scope="col">F1</th><th scope="col">Support</th>${several ? html`<th scope="col">AP</th><th scope="col">Given from</th>` : html`<th scope="col">Mostly taken for</th>`}</tr></thead>
        <tbody>${rows.map(
          ({ label, precision, recall, f1, support, averagePrecision, threshold }) =>
            html`<tr><th scope="row">${label}</th>${share(precision)}${share(recall)}${share(f1)}<td>${whole(support)}</td>${several ? html`<td>${averagePrecision === undefined ? "–" : percent(averagePrecision)}</td><td>${threshold === undefined ? "–" : percent(threshold)}</td>` : html`<td class="words">${takenFor(label)}</td>`}</tr>`,
        )}</tbody>
      </table>
    </div>
  </section>`;
};
