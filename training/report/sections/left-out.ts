/** What was skipped and why. */
import { html } from "hono/html";
import type { Markup } from "../../../shared/page/markup.ts";
import { whole } from "../../../shared/page/numbers.ts";
import type { ReportView } from "../view.ts";

export const leftOut = ({ metrics, skipped, warnings }: ReportView): Markup => {
  const { identical, nearDuplicates, wouldLeak, skipped: files } = metrics.training.leftOut;
  return html`<section aria-labelledby="left-out">
    <h2 id="left-out">What was left out</h2>
    <dl class="facts" id="left-out-facts">
      <dt>Skipped</dt><dd>${files === 0 ? "none" : `${whole(files)} ${files === 1 ? "file" : "files"}`}</dd>
      <dt>Identical</dt><dd>${identical === 0 ? "none" : `${whole(identical)} left out, the same bytes as another`}</dd>
      <dt>Alike</dt><dd>${nearDuplicates === 0 ? "none" : `${whole(nearDuplicates)} ${nearDuplicates === 1 ? "picture that several photos show; they are" : "pictures that several photos show; these are"} kept together when the model is judged (${whole(wouldLeak)} would have been on both sides)`}</dd>
    </dl>
    ${
      skipped.length > 0
        ? html`<div class="scroll tall" tabindex="0" role="region" aria-label="Skipped files"><table class="figures words" id="skipped">
            <thead><tr><th scope="col">File</th><th scope="col">Why</th></tr></thead>
            <tbody>${skipped.map(({ path, reason }) => html`<tr><th scope="row">${path}</th><td class="words">${reason}</td></tr>`)}</tbody>
          </table></div>`
        : ""
    }
    ${warnings.length > 0 ? html`<ul class="notes" id="warnings">${warnings.map((warning) => html`<li>${warning}</li>`)}</ul>` : ""}
  </section>`;
};
