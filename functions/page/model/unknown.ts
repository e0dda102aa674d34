/** Whether a model knows what it does not know: what it keeps of the known, and refuses of the unknown. */
import { html } from "hono/html";
import type { Markup } from "../../../shared/page/markup.ts";
import { percent, whole } from "../../../shared/page/numbers.ts";
import type { ModelMetrics } from "./metrics.ts";

const row = (name: string, detail: string, share: number): Markup => html`<li>
  <span class="name">${name} <small>${detail}</small></span>
  <span class="amount">${percent(share)}</span>
  <svg class="bar" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true"><rect class="track" width="100" height="4" /><rect width="${(share * 100).toFixed(1)}" height="4" /></svg>
</li>`;

/** Nothing where the metrics do not have it. */
export const unknown = ({ unknown }: ModelMetrics): Markup => {
  if (!unknown) return "";
  const { kept, bare, hidden, drawn } = unknown;
  return html`<section aria-labelledby="unknown">
    <h2 id="unknown">Does it know what it doesn’t know?</h2>
    <p>Photos that show none of its classes are to be answered “unknown”, and the others are to keep their answer.</p>
    <ul class="shares listed">
      ${row("Known, and answered", "by a threshold that was fitted to other photos", kept)}
      ${bare ? row("Photos without labels, given none", `${whole(bare.photos)} of them, which it had not learned from`, bare.refused) : ""}
      ${
        hidden
          ? row(
              "Hidden classes, told as unknown",
              `${whole(hidden.photos)} answers of heads that never met the class; ranked below a known photo ${percent(hidden.auroc)} of the time (AUROC)`,
              hidden.refused,
            )
          : ""
      }
      ${drawn ? row("Drawings of none of them, told as unknown", `${whole(drawn.photos)} of them`, drawn.refused) : ""}
    </ul>
  </section>`;
};
