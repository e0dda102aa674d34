/** How good the model is, in the few figures that one looks for first, and what speaks against taking them at face value. */
import { html } from "hono/html";
import type { Scores } from "../../../shared/manifest.ts";
import type { Markup } from "../../../shared/page/markup.ts";
import { bytes, moment, percent, whole } from "../../../shared/page/numbers.ts";
import { mainInterval, mainShare } from "../../metrics/main.ts";
import type { ReportView } from "../view.ts";

/** "91.4% to 95.8%" */
export const intervalOf = (scores: Scores): string =>
  mainInterval(scores)
    ?.map((end) => percent(end))
    .join(" to ") ?? "–";

/** Resampling photos of which none is wrong tells nothing of others. */
const isSpread = ({ decisions }: Scores): boolean => {
  const [low, high] = decisions?.intervals?.map ?? [0, 1];
  return low < high;
};

const nounOf = (count: number, { decisions }: Scores): string =>
  decisions ? (count === 1 ? "label" : "labels") : count === 1 ? "class" : "classes";

const headline = ({ metrics }: ReportView): Markup => {
  const { served, training, labels } = metrics;
  const { scores } = served;
  const form = training.forms.find(({ serves }) => serves.includes("native"));
  const figures: [value: string, name: string, detail: string][] = [
    [
      percent(mainShare(scores)),
      scores.decisions ? "mean average precision" : "accuracy",
      isSpread(scores)
        ? `95% sure to lie within ${intervalOf(scores)}`
        : "without a mistake that would tell how sure this is",
    ],
    [percent(scores.ece), "calibration error", "how far scores lie from the truth, on average"],
    [whole(labels.length), nounOf(labels.length, scores), `judged on ${whole(scores.photos)} photos`],
  ];
  if (form?.trial)
    figures.push([
      percent(form.trial.agreement),
      "same as float",
      `${form.precision} as served, ${bytes(form.bytes)}${form.ms.native === undefined ? "" : `, ${form.ms.native.toFixed(1)} ms`}`,
    ]);
  return html`<ul class="headline">
    ${figures.map(([value, name, detail]) => html`<li><b>${value}</b> <span>${name}</span> <small>${detail}</small></li>`)}
  </ul>`;
};

const judged = ({ metrics }: ReportView): Markup => {
  const { judged, method, served } = metrics;
  const { photos, top1, decisions } = served.scores;
  const who =
    judged?.method === "out-of-fold"
      ? html`Each of ${whole(photos)} photos was answered by one of ${whole(judged.heads)} heads that had not learned from it`
      : html`${whole(photos)} photos were kept aside and answered by a head that had not learned from them`;
  return html`<p>${who}, and ${
    decisions
      ? html`on ${percent(decisions.exact)} of them every label is right (micro F1 ${percent(decisions.microF1)}, macro F1 ${percent(decisions.macroF1)})`
      : html`${whole(Math.round(top1 * photos))} of the answers are right`
  }. ${isSpread(served.scores) ? html`Other photos of the same kind would, by chance alone, give anything from ${intervalOf(served.scores)}: two models whose intervals overlap are not known to differ.` : "Other photos of the same kind may be harder: where nothing is wrong, nothing tells how far chance would move it."} The published head learned from all photos.</p>
    ${
      method
        ? html`<details><summary>How this was measured</summary><dl class="facts"><dt>Float</dt><dd>${method.float}</dd><dt>Served</dt><dd>${method.served}</dd></dl></details>`
        : ""
    }`;
};

export const summary = (view: ReportView): Markup => {
  const { optimistic } = view.metrics;
  return html`<header>
      <h1>${view.name}</h1>
      <p>What a training of ${moment(view.created)} came to.</p>
      ${headline(view)}
    </header>
    <section aria-labelledby="judged">
      <h2 id="judged">How good it is</h2>
      ${judged(view)}
      ${
        optimistic
          ? html`<p class="caution"><b>Accuracy is optimistic.</b> ${optimistic.reason[0]!.toUpperCase()}${optimistic.reason.slice(1)}. The head has not learned from the photos that judge it, but the features that it reads have; photos of your own may be harder.</p>`
          : ""
      }
    </section>`;
};
