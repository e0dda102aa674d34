/** What is taken for what: the commonest mistakes in words, and the whole matrix as a drawing that holds 120 classes. */
import { html } from "hono/html";
import { type Mistake, mistakesOf, neighbourOrder } from "../../../shared/mistakes.ts";
import type { Markup } from "../../../shared/page/markup.ts";
import { percent, whole } from "../../../shared/page/numbers.ts";
import { type ModelMetrics, squareConfusion } from "./metrics.ts";

/** Up to so many classes the matrix is a table that names them all. */
const TABLE_CLASSES = 12;
const LISTED = 12;
/** Of the drawing, in its own units: a cell's side, and the room for the names of the rows. */
const CELL = 10;
const NAMES = 150;
/** As many letters as that room holds. */
const NAME_LETTERS = 28;

interface Square {
  labels: readonly string[];
  matrix: readonly (readonly number[])[];
}

const sum = (row: readonly number[]): number => row.reduce((total, photos) => total + photos, 0);

const list = ({ labels, matrix }: Square, mistakes: readonly Mistake[]): Markup => {
  const most = mistakes[0]!.photos;
  return html`<ol class="mistakes listed">
    ${mistakes.slice(0, LISTED).map(({ from, to, photos }) => {
      const of = sum(matrix[from]!);
      return html`<li>
        <span class="pair"><b>${labels[from]}</b> taken for <b>${labels[to]}</b></span>
        <span class="amount">${whole(photos)} of ${whole(of)}</span>
        <svg class="bar" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true"><rect width="${((photos / most) * 100).toFixed(1)}" height="4" rx="2" /></svg>
      </li>`;
    })}
  </ol>`;
};

/** Shades a cell by its share of the row; the square root lets a single mistake show. */
const opacity = (photos: number, of: number): string => (0.12 + 0.88 * Math.sqrt(photos / of)).toFixed(2);

const shortened = (label: string): string =>
  label.length > NAME_LETTERS ? `${label.slice(0, NAME_LETTERS - 1)}…` : label;

const drawing = ({ labels, matrix }: Square): Markup => {
  const order = neighbourOrder(matrix);
  const side = labels.length * CELL;
  const cells = order.flatMap((from, row) =>
    order.flatMap((to, column) => {
      const photos = matrix[from]![to]!;
      if (photos === 0) return [];
      const of = sum(matrix[from]!);
      return html`<rect class="${from === to ? "right" : "wrong"}" x="${column * CELL}" y="${row * CELL}" width="${CELL}" height="${CELL}" fill-opacity="${opacity(photos, of)}"><title>${labels[from]}${from === to ? ": right" : ` taken for ${labels[to]}`}, ${whole(photos)} of ${whole(of)}</title></rect>`;
    }),
  );
  return html`<figure class="chart matrix">
    <figcaption>
      A row is what the photos show, a column what was answered; classes that are confused lie side by side.
      <span class="key right">right</span> <span class="key wrong">wrong</span>
    </figcaption>
    <div class="scroll" tabindex="0" role="region" aria-label="Confusion matrix, drawn">
      <svg viewBox="${-NAMES} -1 ${side + NAMES + 1} ${side + 2}" role="img" aria-label="Confusion matrix of ${labels.length} classes">
        <rect class="frame" width="${side}" height="${side}" />
        ${order.map((from, row) => html`<text class="row" x="-5" y="${row * CELL + CELL - 2.5}" text-anchor="end">${shortened(labels[from]!)}</text>`)}
        ${cells}
      </svg>
    </div>
  </figure>`;
};

const table = ({
  labels,
  matrix,
}: Square): Markup => html`<div class="scroll" tabindex="0" role="region" aria-label="Confusion matrix">
  <table class="figures matrix">
    <caption>A row is what the photos show, a column what was answered.</caption>
    <thead><tr><th scope="col"><span class="hidden">Shown</span></th>${labels.map((label) => html`<th scope="col" class="turned"><span>${label}</span></th>`)}</tr></thead>
    <tbody>
      ${labels.map(
        (label, from) =>
          html`<tr><th scope="row">${label}</th>${matrix[from]!.map(
            (photos, to) =>
              html`<td class="${photos === 0 ? "none" : from === to ? "right" : "wrong"}">${whole(photos)}</td>`,
          )}</tr>`,
      )}
    </tbody>
  </table>
</div>`;

/** Nothing where the metrics have no confusion matrix with photos in it. */
export const confusion = (metrics: ModelMetrics): Markup => {
  const square = squareConfusion(metrics, metrics.served);
  const photos = square ? sum(square.matrix.map(sum)) : 0;
  if (!square || photos === 0) return "";
  const mistakes = mistakesOf(square.matrix);
  const wrong = mistakes.reduce((total, mistake) => total + mistake.photos, 0);
  return html`<section aria-labelledby="confusion">
    <h2 id="confusion">What it takes for what</h2>
    ${
      wrong === 0
        ? html`<p>None of ${whole(photos)} photos was taken for another class.</p>`
        : html`<p>${whole(wrong)} of ${whole(photos)} photos (${percent(wrong / photos)}) were taken for another class.${mistakes.length > LISTED ? ` The ${LISTED} commonest of ${whole(mistakes.length)} mistakes:` : ""}</p>
            ${list(square, mistakes)}`
    }
    ${square.labels.length <= TABLE_CLASSES ? table(square) : drawing(square)}
  </section>`;
};
