/** How loss and accuracy went, epoch by epoch, on the photos that a head learned from and on those that it did not. */
import type { Markup } from "../../../shared/page/markup.ts";
import type { Epoch } from "../../../shared/training-facts.ts";
import type { Canvas } from "../canvas.ts";
import { chartSize } from "./size.ts";

const measures = {
  loss: { learned: "loss", unseen: "validationLoss", title: "Loss" },
  accuracy: { learned: "accuracy", unseen: "validationAccuracy", title: "Accuracy" },
} as const;

/** @param kept the epoch whose numbers became the head, where that is not the last */
export const curve = (
  canvas: Canvas,
  history: readonly Epoch[],
  measure: keyof typeof measures,
  kept?: number,
): Markup => {
  const { learned, unseen, title } = measures[measure];
  const rows = history.map((row) => ({ epoch: row.epoch, learned: row[learned], unseen: row[unseen] }));
  const judged = rows.filter(({ unseen }) => unseen !== undefined);
  return canvas.draw(`${title} by epoch`, (plot) => ({
    ...chartSize,
    x: { label: "epoch", tickFormat: "d", ...(rows.length === 1 && { ticks: [rows[0]!.epoch] }) },
    y: {
      label: title.toLowerCase(),
      grid: true,
      nice: true,
      ...(measure === "accuracy" ? { percent: true, label: "accuracy (%)" } : { zero: true }),
    },
    marks: [
      ...(kept === undefined
        ? []
        : [
            plot.ruleX([kept], { stroke: "currentColor", strokeOpacity: 0.6, strokeDasharray: "2 4" }),
            plot.text([kept], {
              x: (epoch: number) => epoch,
              text: () => "kept",
              frameAnchor: "top",
              dy: -14,
              fill: "currentColor",
            }),
          ]),
      plot.lineY(rows, { x: "epoch", y: "learned", stroke: "var(--warn)", strokeWidth: 2, strokeDasharray: "6 4" }),
      plot.lineY(judged, { x: "epoch", y: "unseen", stroke: "var(--accent)", strokeWidth: 2.5 }),
      plot.dot(rows.slice(-1), { x: "epoch", y: "learned", r: 3.5, fill: "var(--warn)" }),
      plot.dot(judged.slice(-1), { x: "epoch", y: "unseen", r: 3.5, fill: "var(--accent)" }),
    ],
  }));
};
