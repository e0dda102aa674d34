/** A batch as it is loaded, and as it is augmented. */
import { html } from "hono/html";
import type { Markup } from "../../../shared/page/markup.ts";
import type { ReportView } from "../view.ts";
import { picture } from "./photo.ts";

export const batch = ({ metrics, pictures }: ReportView): Markup => {
  const { batch, head } = metrics.training;
  const { shape, views } = batch;
  const tuned = head.tuning !== undefined;
  const learned = [
    views > 1
      ? `Each photo is learned ${views} times, once as it is and ${views - 1} times mirrored, cropped, turned and lit at random.`
      : `Each photo was learned once, as it is${tuned ? "." : "; --views 2 and more would add looks such as the lower ones, which change little for features of a frozen backbone."}`,
    ...(tuned
      ? ["Then the head and the backbone's last blocks saw another look at each in each epoch, the lower ones first."]
      : []),
  ].join(" ");
  const [loaded = [], ...augmented] = pictures.batch;
  const row = (title: string, images: readonly string[]) =>
    html`<figure><figcaption>${title}</figcaption><div class="strip">${images.map((source, at) => picture(source, `photo ${at + 1} of the batch, ${title}`))}</div></figure>`;
  return html`<section aria-labelledby="batch">
    <h2 id="batch">What the model is shown</h2>
    <p>Shape ${shape.join(" × ")}: photos, channels, height, width. ${learned}</p>
    ${row("as loaded", loaded)}
    ${augmented.map((images, at) => row(`${views > 1 || tuned ? "as augmented" : "as it would be augmented"}${augmented.length > 1 ? `, look ${at + 1}` : ""}`, images))}
  </section>`;
};
