/** What happens to photos of something else. */
import { html } from "hono/html";
import type { Markup } from "../../../shared/page/markup.ts";
import { percent, whole } from "../../../shared/page/numbers.ts";
import type { ReportView } from "../view.ts";

export const unknown = ({ metrics }: ReportView): Markup => {
  const { unknown } = metrics;
  if (!unknown) return "";
  const { kept, bare, hidden, drawn } = unknown;
  const several = metrics.served.scores.decisions !== undefined;
  return html`<section aria-labelledby="unknown">
    <h2 id="unknown">What it does not know</h2>
    <p>${several ? html`A photo on which no label reaches the score that it is given from is answered <b>unknown</b>: photos without labels among those that it learns from are what teaches that.` : html`A photo that looks like none of the classes is answered <b>unknown</b>. The threshold for it was checked on what the model has never seen.`}</p>
    <table class="figures narrow" id="unknown-table">
      <tbody>
        <tr><th scope="row">${several ? "Photos with labels that are given one" : "Known photos that keep their answer"} <small>by ${several ? "scores" : "a threshold"} that ${several ? "were" : "was"} fitted to others</small></th><td>${percent(kept)}</td></tr>
        ${bare ? html`<tr><th scope="row">Photos without labels that are given none <small>${whole(bare.photos)} photos</small></th><td>${percent(bare.refused)}</td></tr>` : ""}
        ${
          hidden
            ? html`<tr><th scope="row">Photos of hidden classes that are told <small>${whole(hidden.photos)} photos; half of the classes hidden in turn, ${whole(hidden.rounds)} times</small></th><td>${percent(hidden.refused)}</td></tr>
                <tr><th scope="row">AUROC of known against hidden <small>.5 is a coin, 1 tells all</small></th><td>${hidden.auroc.toFixed(3)}</td></tr>`
            : ""
        }
        ${drawn ? html`<tr><th scope="row">${several ? "Drawn pictures that are given none" : "Drawn pictures that are told"} <small>${whole(drawn.photos)} of no ${several ? "label" : "class"}</small></th><td>${percent(drawn.refused)}</td></tr>` : ""}
      </tbody>
    </table>
    ${hidden || several ? "" : html`<p class="notes">With fewer than four classes none can be hidden to check this.</p>`}
  </section>`;
};
