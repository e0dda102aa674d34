/** Whether scores mean what they say. */
import { html } from "hono/html";
import type { Markup } from "../../../shared/page/markup.ts";
import { percent, whole } from "../../../shared/page/numbers.ts";
import { reliabilityDiagram, scoreHistogram } from "../charts/reliability.ts";
import type { ReportView } from "../view.ts";

export const calibration = ({ metrics, canvas }: ReportView): Markup => {
  const { float, served } = metrics;
  const several = served.scores.decisions !== undefined;
  const [answer, answers, photos] = several
    ? ["score of a label", "labels that are shown", "pairs of photo and label"]
    : ["score of the answer", "right answers", "photos"];
  const bins = served.reliability.filter(({ photos }) => photos > 0);
  if (bins.length === 0) return "";
  return html`<section aria-labelledby="calibration">
    <h2 id="calibration">Do the scores mean what they say?</h2>
    <p>On the diagonal they do: ${several ? "of the labels with a score of 80% four in five are on the photo" : "photos answered with 80% are right four times in five"}. Below it the model is too sure of itself, above it too modest; a small dot stands for few ${photos}, and may lie anywhere. On average a score is ${percent(served.scores.ece)} off (ECE).</p>
    <div class="beside">
      <figure class="chart">
        ${reliabilityDiagram(canvas, float, served, { score: answer!, over: answers! })}
        ${scoreHistogram(canvas, served, { score: answer!, over: several ? "pairs" : "photos" })}
        <figcaption><span class="key">as served</span> <span class="key float">float</span> <span class="key ideal">ideal</span></figcaption>
      </figure>
      <div class="scroll" tabindex="0" role="region" aria-label="Calibration as a table">
        <table class="figures" id="reliability">
          <thead><tr><th scope="col">Score</th><th scope="col">${several ? "Pairs" : "Photos"}</th><th scope="col">Mean score</th><th scope="col">${several ? "Shown" : "Right"}</th></tr></thead>
          <tbody>${bins.map(
            ({ from, to, photos, confidence, accuracy }) =>
              html`<tr><th scope="row">${percent(from, 0)} – ${percent(to, 0)}</th><td>${whole(photos)}</td><td>${percent(confidence)}</td><td>${percent(accuracy)}</td></tr>`,
          )}</tbody>
        </table>
      </div>
    </div>
  </section>`;
};
