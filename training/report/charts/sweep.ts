/** Where one number was varied: how the loss follows it, a line for each of the other ways that it was varied with. */
import type { Swept } from "../../../shared/metrics.ts";
import type { Markup } from "../../../shared/page/markup.ts";
import type { Trial } from "../../../shared/training-job.ts";
import { CHANCE } from "../../metrics/behind.ts";
import { differing, setting, settingName } from "../../sweep/table.ts";
import type { Canvas } from "../canvas.ts";
import { chartSize } from "./size.ts";

/** Values from which on a line tells more than a table. */
const FEWEST = 3;
/** Lines that can be told apart by the names at their ends. */
const MOST = 4;
/** From this ratio of the largest to the smallest value on, it is their ratios that count. */
const WIDE = 8;

interface Point {
  value: number;
  loss: number;
  /** Standard error of the difference to the best. */
  error: number;
  /** What else tells it apart. */
  line: string;
  best: boolean;
}

/** Empty where no one number was varied, or where lines would be a tangle. @param sorted the best first */
export const sweepChart = (canvas: Canvas, sorted: readonly Swept[]): Markup => {
  const keys = differing(sorted.map(({ trial }) => trial));
  const isNumber = (key: keyof Trial) => sorted.some(({ trial }) => typeof trial[key] === "number");
  const [key, second] = keys.filter(isNumber);
  if (key === undefined || second !== undefined) return "";
  const others = keys.filter((other) => other !== key);
  const points = sorted
    .flatMap(({ trial, scores, behind }, at): Point[] => {
      const value = Number(setting(trial, key));
      if (Number.isNaN(value)) return [];
      const line = others.map((other) => setting(trial, other)).join(", ");
      return [{ value, loss: scores.nll, error: behind?.error ?? 0, line, best: at === 0 }];
    })
    .sort((a, b) => a.value - b.value);
  const values = [...new Set(points.map(({ value }) => value))];
  const lines = [...new Set(points.map(({ line }) => line))];
  if (values.length < FEWEST || lines.length > MOST) return "";

  const [best] = points.filter(({ best }) => best);
  const colour = ({ line }: Point): string => (line === best?.line ? "var(--accent)" : "var(--warn)");
  const ends = lines.map((line) => points.findLast((point) => point.line === line)!);
  const name = settingName(key);
  return canvas.draw(`Loss by ${name}`, (plot) => ({
    ...chartSize,
    marginRight: Math.max(16, ...lines.map((line) => line.length * 7 + 12)),
    x: {
      label: name,
      labelAnchor: "center",
      ...(values.at(-1)! / values[0]! >= WIDE ? { type: "log" } : {}),
      ticks: values,
      tickFormat: String,
    },
    y: { label: "loss", grid: true, nice: true, ticks: 5 },
    marks: [
      plot.ruleX(points, {
        x: "value",
        y1: ({ loss, error }: Point) => loss - CHANCE * error,
        y2: ({ loss, error }: Point) => loss + CHANCE * error,
        stroke: colour,
        strokeOpacity: 0.5,
        strokeWidth: 3,
      }),
      plot.lineY(points, { x: "value", y: "loss", z: "line", stroke: colour, strokeWidth: 2 }),
      plot.dot(
        points.filter(({ best }) => best),
        { x: "value", y: "loss", r: 5, fill: "var(--accent)" },
      ),
      plot.text(ends, { x: "value", y: "loss", text: "line", textAnchor: "start", dx: 10, fill: "currentColor" }),
    ],
  }));
};
