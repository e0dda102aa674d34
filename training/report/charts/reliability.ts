/** Whether scores mean what they say: of the photos answered with a score near .8, were four in five right? */

import type { Figures, ReliabilityBin } from "../../../shared/metrics.ts";
import type { Markup } from "../../../shared/page/markup.ts";
import { percent, whole } from "../../../shared/page/numbers.ts";
import type { Canvas } from "../canvas.ts";
import { chartSize } from "./size.ts";

const share = { percent: true, domain: [0, 100] } as const;

const filled = (bins: readonly ReliabilityBin[]) => bins.filter(({ photos }) => photos > 0);

/** What the axes are called: the scores, and what lies over them. */
export interface Axes {
  score: string;
  over: string;
}

/** The diagonal is what scores should be; a dot's area says how many photos it stands for. */
export const reliabilityDiagram = (
  canvas: Canvas,
  float: Figures,
  served: Figures,
  { score, over: shown }: Axes,
): Markup =>
  canvas.draw(`Reliability: share of ${shown} by score`, (plot) => ({
    ...chartSize,
    height: 400,
    x: { label: `${score} (%)`, ...share },
    y: { label: `${shown} (%)`, grid: true, ...share },
    r: { range: [2, 12] },
    marks: [
      plot.line(
        [
          [0, 0],
          [1, 1],
        ],
        { stroke: "currentColor", strokeOpacity: 0.6, strokeDasharray: "2 5" },
      ),
      plot.line(filled(float.reliability), {
        x: "confidence",
        y: "accuracy",
        stroke: "var(--warn)",
        strokeWidth: 2,
        strokeDasharray: "6 4",
      }),
      plot.line(filled(served.reliability), {
        x: "confidence",
        y: "accuracy",
        stroke: "var(--accent)",
        strokeWidth: 2.5,
      }),
      plot.dot(filled(served.reliability), {
        x: "confidence",
        y: "accuracy",
        r: "photos",
        fill: "var(--accent)",
        fillOpacity: 0.35,
        stroke: "var(--accent)",
        title: ({ photos, confidence, accuracy }: ReliabilityBin) =>
          `${whole(photos)} photos: mean score ${percent(confidence)}, right ${percent(accuracy)}`,
      }),
    ],
  }));

/** How many photos had which score. */
export const scoreHistogram = (canvas: Canvas, { reliability }: Figures, { score, over: counted }: Axes): Markup =>
  canvas.draw(`How many ${counted} had which score`, (plot) => ({
    ...chartSize,
    height: 150,
    x: { label: `${score} (%)`, ...share },
    y: { label: counted, grid: true, ticks: 3 },
    marks: [
      plot.rectY(reliability, {
        x1: "from",
        x2: "to",
        y: "photos",
        fill: "var(--accent)",
        inset: 1,
        title: ({ from, to, photos }: ReliabilityBin) =>
          `${whole(photos)} photos with a score of ${percent(from, 0)} to ${percent(to, 0)}`,
      }),
      plot.ruleY([0]),
    ],
  }));
