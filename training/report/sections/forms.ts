/** The float model against each of its forms. */
import { html } from "hono/html";
import type { Markup } from "../../../shared/page/markup.ts";
import { bytes, percent } from "../../../shared/page/numbers.ts";
import type { FormFacts } from "../../../shared/training-facts.ts";
import { mainShare } from "../../metrics/main.ts";
import type { ReportView } from "../view.ts";
import { intervalOf } from "./summary.ts";

const heads = (several: boolean) => [
  "Form",
  several ? "mAP" : "Accuracy",
  ...["95% interval", "Top 5", "NLL", "ECE", "Agrees", "Size", "Native", "Web"],
];

const milliseconds = (value: number | undefined): string => (value === undefined ? "–" : `${value.toFixed(1)} ms`);

const row = ({ name, trial, serves, bytes: size, ms }: FormFacts): Markup => {
  const engine = name === "float" ? undefined : trial?.engine;
  const tags = [...serves.map((served) => `serves ${served}`), ...(trial && !trial.passed ? ["refused"] : [])];
  const scores = trial?.scores;
  const figures = scores
    ? [percent(mainShare(scores)), intervalOf(scores), percent(scores.top5), scores.nll.toFixed(3), percent(scores.ece)]
    : ["–", "–", "–", "–", "–"];
  const agrees = trial === undefined || name === "float" ? "–" : percent(trial.agreement);
  return html`<tr>
    <th scope="row">${name}${engine ? html` <small>on the ${engine} engine</small>` : ""} ${tags.map((tag) => html`<span class="tag">${tag}</span> `)}</th>
    ${[...figures, agrees, bytes(size), milliseconds(ms.native), milliseconds(ms.web)].map((figure) => html`<td>${figure}</td>`)}
  </tr>`;
};

export const forms = ({ metrics }: ReportView): Markup => {
  const { forms } = metrics.training;
  const refused = forms.filter(({ trial }) => trial?.passed === false);
  const views = forms.find(({ trial, name }) => trial && name !== "float")?.trial?.views;
  return html`<section aria-labelledby="forms">
    <h2 id="forms">What int8 costs</h2>
    <p>What answers is not the float model but a form of it in whole numbers: a fraction of the size, and faster where the engine is made for it. Each was run through the path that serves${views === undefined ? "" : html`, on ${views} views`}; a form that gives the float model’s answer on less than 97% of them is refused.</p>
    <div class="scroll" tabindex="0" role="region" aria-label="Float against its forms">
      <table class="figures" id="forms-table">
        <thead><tr>${heads(forms.some(({ trial }) => trial?.scores.decisions)).map((head) => html`<th scope="col">${head}</th>`)}</tr></thead>
        <tbody>${forms.map(row)}</tbody>
      </table>
    </div>
    ${refused.map(({ name, trial }) => html`<p class="warning">${name} was refused on the ${trial!.engine} engine: it ${trial!.reason}.</p>`)}
    ${
      forms.some(({ trial }) => trial === undefined)
        ? html`<p class="notes">A form without figures was measured for speed only: another one that an engine prefers passed.</p>`
        : ""
    }
  </section>`;
};
