/** The surest mistakes, with heat maps of what was seen, and the answers that were least sure. */
import { html } from "hono/html";
import type { Markup } from "../../../shared/page/markup.ts";
import type { AnsweredPhoto } from "../../../shared/training-facts.ts";
import type { ReportView } from "../view.ts";
import { caption, picture } from "./photo.ts";

const mistake = (photo: AnsweredPhoto, { pictures, paths }: ReportView): Markup => {
  const { sha256, label, answer } = photo;
  const heat = pictures.heat.get(sha256);
  return html`<li><figure>
    <div class="looks">
      ${picture(pictures.plain.get(sha256), `${label}, taken for ${answer}`)}
      ${heat ? html`${picture(heat.answer, `what spoke for ${answer}`)}${heat.label === undefined ? "" : picture(heat.label, `what spoke for ${label}`)}` : ""}
    </div>
    ${heat ? html`<p class="looks under" aria-hidden="true"><span></span><span>for ${answer}</span><span>${heat.label === undefined ? "" : `for ${label}`}</span></p>` : ""}
    ${caption(photo, paths)}
  </figure></li>`;
};

export const gallery = (view: ReportView): Markup => {
  const { mistakes, leastCertain, settings } = view.metrics.training;
  const maps =
    view.pictures.heat.size > 0
      ? "Red is what spoke for a label, in the eyes of the head that gave the answer and had not learned from the photo."
      : settings.kind === "keras"
        ? "This kind of head has no heat maps: what comes after its hidden layer is no sum over places."
        : "This backbone has no heat maps: it gives one vector of the whole photo.";
  return html`${
    mistakes.length > 0
      ? html`<section aria-labelledby="mistakes">
          <h2 id="mistakes">The worst mistakes</h2>
          <p>Wrong, and sure of it. Often the label is what is wrong. ${maps}</p>
          <ol class="gallery ${view.pictures.heat.size > 0 ? "wide" : ""}">${mistakes.map((photo) => mistake(photo, view))}</ol>
        </section>`
      : ""
  }
  ${
    leastCertain.length > 0
      ? html`<section aria-labelledby="least-certain">
          <h2 id="least-certain">The least certain</h2>
          <p>${leastCertain[0]!.doubt ? "A label whose score lies nearest to that from which on it is given, rightly or wrongly" : "Answers with the lowest scores, right or wrong"}: photos like these are worth adding to the folder.</p>
          <ol class="gallery">${leastCertain.map((photo) => html`<li><figure>${picture(view.pictures.plain.get(photo.sha256), photo.label)}${caption(photo, view.paths)}</figure></li>`)}</ol>
        </section>`
      : ""
  }`;
};
