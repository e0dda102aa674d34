/** What is taken for what: the commonest mistakes with photos of them, and the matrix. */
import { html } from "hono/html";
import type { Markup } from "../../../shared/page/markup.ts";
import { percent, whole } from "../../../shared/page/numbers.ts";
import type { ConfusedPair } from "../../../shared/training-facts.ts";
import { COUNTED, confusionChart, mostConfused } from "../charts/matrix.ts";
import type { ReportView } from "../view.ts";
import { picture } from "./photo.ts";

const pair = ({ label, answer, photos, of, examples, like }: ConfusedPair, { pictures }: ReportView): Markup =>
  html`<li>
    <p class="pair"><b>${label}</b> taken for <b>${answer}</b> <span class="amount">${whole(photos)} of ${whole(of)}</span></p>
    <div class="strip">
      ${examples.map(({ sha256, score }) => html`<figure>${picture(pictures.plain.get(sha256), `${label}, taken for ${answer}`)}<figcaption><span class="wrong">${percent(score, 0)} ${answer}</span></figcaption></figure>`)}
      ${like ? html`<figure class="like">${picture(pictures.plain.get(like.sha256), `${answer}, rightly answered`)}<figcaption>a real ${answer}</figcaption></figure>` : ""}
    </div>
  </li>`;

const key = html`<span class="key right">right</span> <span class="key wrong">wrong</span>`;

const matrices = ({ metrics, canvas }: ReportView): Markup => {
  const square = { labels: metrics.labels, matrix: metrics.served.confusion };
  const scrolled = (what: string, chart: Markup) =>
    html`<div class="scroll" tabindex="0" role="region" aria-label="${what}">${chart}</div>`;
  if (square.labels.length <= COUNTED)
    return html`<figure class="matrix">
      <figcaption>A row is what the photos show, a column what was answered; classes that are confused lie side by side. ${key}</figcaption>
      ${scrolled("Confusion matrix", confusionChart(canvas, square))}
    </figure>`;
  return html`<figure class="matrix">
      <figcaption>The ${COUNTED} classes with the most mistakes among them: a row is what the photos show, a column what was answered; classes that are confused lie side by side. ${key}</figcaption>
      ${scrolled("Confusion matrix of the most confused classes", confusionChart(canvas, mostConfused(square, COUNTED)))}
    </figure>
    <figure class="matrix whole">
      <figcaption>All ${whole(square.labels.length)} classes. ${key}</figcaption>
      ${scrolled("Confusion matrix of all classes", confusionChart(canvas, square))}
    </figure>`;
};

export const confusion = (view: ReportView): Markup => {
  const { confused } = view.metrics.training;
  const { confusion, scores } = view.metrics.served;
  const counts = confusion.map((row) => row.reduce((sum, photos) => sum + photos, 0));
  const photos = counts.reduce((sum, count) => sum + count, 0);
  if (photos === 0) return "";
  const right = confusion.reduce((sum, row, at) => sum + row[at]!, 0);
  const wrong = photos - right;
  return html`<section aria-labelledby="confusion">
    <h2 id="confusion">What it takes for what</h2>
    <p>${
      wrong === 0
        ? `None of ${whole(photos)} photos was taken for another class.`
        : `${whole(wrong)} of ${whole(scores.photos)} photos were taken for another class. Where a pair leads the list, look at its photos first: they may be labelled wrongly, or show both, or need more examples.`
    }</p>
    ${confused.length > 0 ? html`<ol class="pairs">${confused.map((one) => pair(one, view))}</ol>` : ""}
    ${matrices(view)}
  </section>`;
};
