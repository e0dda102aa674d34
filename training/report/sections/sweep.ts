/** The ways to train that were compared before, the best first. */
import { html } from "hono/html";
import type { Swept } from "../../../shared/metrics.ts";
import type { Markup } from "../../../shared/page/markup.ts";
import { duration, percent, whole } from "../../../shared/page/numbers.ts";
import type { Trial } from "../../../shared/training-job.ts";
import { CHANCE } from "../../metrics/behind.ts";
import { mainName, mainShare } from "../../metrics/main.ts";
import { differing, setting, settingName } from "../../sweep/table.ts";
import { sweepChart } from "../charts/sweep.ts";
import type { ReportView } from "../view.ts";
import { intervalOf } from "./summary.ts";

const isChance = ({ behind }: Swept): boolean => behind !== undefined && behind.loss < CHANCE * behind.error;

const row = (swept: Swept, keys: readonly (keyof Trial)[], isKept: boolean): Markup => {
  const { trial, scores, behind, seconds } = swept;
  const [first, ...others] = keys.map((key) => setting(trial, key));
  return html`<tr${isKept ? html` class="kept"` : ""}>
    <th scope="row">${first}${isKept ? html` <span class="tag">kept</span>` : ""}</th>
    ${others.map((value) => html`<td>${value}</td>`)}
    <td>${scores.nll.toFixed(4)} ${behind ? html`<small>+${behind.loss.toFixed(3)} ±&nbsp;${behind.error.toFixed(3)}</small>` : ""}</td>
    <td>${percent(mainShare(scores))} <small>${intervalOf(scores)}</small></td>
    <td>${percent(scores.ece)}</td>
    <td>${seconds === undefined ? "–" : duration(seconds)}</td>
  </tr>`;
};

const sayChance = (others: readonly Swept[]): string => {
  const close = others.filter(isChance).length;
  if (close === 0) return "Every other one is worse by more than chance alone would do.";
  const they = close === 1 ? "One of the others is" : `${whole(close)} of the others are`;
  return `${they} not known to be worse: chance alone may make such a difference (up to ${CHANCE} standard errors).`;
};

/** Nothing where no ways to train were compared. */
export const sweep = ({ metrics, canvas }: ReportView): Markup => {
  if (metrics.sweep === undefined) return "";
  const sorted = metrics.sweep.toSorted((a, b) => a.scores.nll - b.scores.nll);
  const others = sorted.slice(1);
  const keys = differing(sorted.map(({ trial }) => trial));
  const chart = sweepChart(canvas, sorted);
  const heads = [...keys.map(settingName), "loss", mainName(sorted[0]!.scores), "ECE", "time"];
  return html`<section aria-labelledby="sweep">
    <h2 id="sweep">What it was chosen from</h2>
    <p>${whole(sorted.length)} ways to train were compared on the same photos, each by heads that had not learned from what they answered; the one of lowest loss was kept. Under each loss stands how much higher it is than that, with the standard error of the difference. ${others.some(({ behind }) => behind) ? sayChance(others) : ""} The model’s own figures come from other folds than these, so that the choice does not flatter them.</p>
    ${
      chart === ""
        ? ""
        : html`<figure class="chart">${chart}<figcaption>The dot is the one that was kept; a bar reaches ${CHANCE} standard errors of the difference to it, up and down.</figcaption></figure>`
    }
    <div class="scroll tall" tabindex="0" role="region" aria-labelledby="sweep">
      <table class="figures" id="sweep-table">
        <thead><tr>${heads.map((head) => html`<th scope="col">${head === "mAP" ? head : `${head[0]!.toUpperCase()}${head.slice(1)}`}</th>`)}</tr></thead>
        <tbody>${sorted.map((swept, at) => row(swept, keys, at === 0))}</tbody>
      </table>
    </div>
  </section>`;
};
