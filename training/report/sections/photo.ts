/** A photo in the report, with what was answered. */
import { html } from "hono/html";
import type { Markup } from "../../../shared/page/markup.ts";
import { percent } from "../../../shared/page/numbers.ts";
import type { AnsweredPhoto } from "../../../shared/training-facts.ts";
import type { ReportView } from "../view.ts";

/** @param says what it shows, for who cannot see it */
export const picture = (source: string | undefined, says: string): Markup =>
  source === undefined
    ? html`<span class="missing">the photo could not be read again</span>`
    : html`<img src="${source}" alt="${says}" width="192" height="192" />`;

/** Under a photo: what it is, what was answered, its file. */
export const caption = (photo: AnsweredPhoto, paths: ReportView["paths"]): Markup => {
  const { sha256, label, answer, right, score, labelScore, doubt } = photo;
  if (doubt)
    return html`<figcaption>
      <b class="${doubt.right ? "right" : "wrong"}">${doubt.label}</b> ${percent(doubt.score)}, given from ${percent(doubt.threshold)}
      <span class="truth">${label === "" ? "it has no label" : html`it is <b>${label}</b>`}</span>
      <small>${paths.get(sha256) ?? sha256.slice(0, 12)}</small>
    </figcaption>`;
  return html`<figcaption>
    <b class="${right ? "right" : "wrong"}">${answer}</b> ${percent(score)}
    ${right ? html`<span class="truth">${label === "" ? "given no label, and it has none" : "and it is"}</span>` : html`<span class="truth">${label === "" ? "it has no label" : html`it is <b>${label}</b>, ${percent(labelScore)}`}</span>`}
    <small>${paths.get(sha256) ?? sha256.slice(0, 12)}</small>
  </figcaption>`;
};
