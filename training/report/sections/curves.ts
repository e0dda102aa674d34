/** How the head learned. */
import { html } from "hono/html";
import type { Markup } from "../../../shared/page/markup.ts";
import { whole } from "../../../shared/page/numbers.ts";
import type { Epoch } from "../../../shared/training-facts.ts";
import { curve } from "../charts/curves.ts";
import type { ReportView } from "../view.ts";

const share = (value: number | undefined): string => (value === undefined ? "–" : `${(value * 100).toFixed(1)}%`);
const loss = (value: number | undefined): string => value?.toFixed(4) ?? "–";

/** The epoch whose numbers became the head, where something was kept out to stop by. */
const keptOf = (history: readonly Epoch[]): number | undefined => {
  const stopped = history.filter(({ stoppingLoss }) => stoppingLoss !== undefined);
  if (stopped.length === 0) return undefined;
  return stopped.reduce((best, row) => (row.stoppingLoss! < best.stoppingLoss! ? row : best)).epoch;
};

const sayTuned = (history: readonly Epoch[]): string => {
  const first = history.find(({ blocks }) => blocks !== undefined);
  return first === undefined
    ? " The backbone’s blocks stayed as they were: in a rehearsal without a tenth of the photos each epoch of theirs did harm."
    : ` From epoch ${first.epoch} on the backbone’s last ${first.blocks === 1 ? "block" : `${first.blocks} blocks`} learned with it, for as many epochs as did no harm in a rehearsal without a tenth of the photos.`;
};

/** Nothing where the head has no epochs. */
export const curves = ({ metrics, canvas }: ReportView): Markup => {
  const { history, head } = metrics.training;
  if (history.length === 0) return "";
  const isLinear = metrics.training.settings.kind === "linear";
  const several = metrics.served.scores.decisions !== undefined;
  const kept = keptOf(history);
  return html`<section aria-labelledby="curves">
    <h2 id="curves">How it learned</h2>
    <p>${whole(history.length)} epochs of the first head that judges. ${
      isLinear
        ? "Its loss has one lowest point, and the search ends there: a curve that turns up again on unseen photos is no reason to stop earlier, since strength decides how closely it fits."
        : `It is stopped by some of its photos that are kept out, and the weights of their lowest loss are kept${kept === undefined ? "" : `: those after epoch ${kept}`}. Where the curves part, it learns by heart.`
    }${head.tuning === undefined ? "" : sayTuned(history)}${several ? " Loss is the sum over a photo’s labels, accuracy the share of them that are told rightly." : ""}</p>
    <div class="beside">
      <figure class="chart">${curve(canvas, history, "loss", kept)}</figure>
      <figure class="chart">${curve(canvas, history, "accuracy", kept)}</figure>
    </div>
    <p class="keys"><span class="key">photos it has not learned from</span> <span class="key float">photos it learns from</span></p>
    <details>
      <summary>Epoch by epoch</summary>
      <div class="scroll tall" tabindex="0" role="region" aria-label="History">
        <table class="figures" id="history">
          <thead><tr><th scope="col">Epoch</th><th scope="col">Loss</th><th scope="col">Accuracy</th><th scope="col">Loss, unseen</th><th scope="col">Accuracy, unseen</th></tr></thead>
          <tbody>${history.map(
            (row) =>
              html`<tr><th scope="row">${row.epoch}</th><td>${loss(row.loss)}</td><td>${share(row.accuracy)}</td><td>${loss(row.validationLoss)}</td><td>${share(row.validationAccuracy)}</td></tr>`,
          )}</tbody>
        </table>
      </div>
    </details>
  </section>`;
};
