/** The confusion matrix as a drawing that names its classes, be they two or a hundred and twenty. */
import { neighbourOrder } from "../../../shared/mistakes.ts";
import type { Markup } from "../../../shared/page/markup.ts";
import { whole } from "../../../shared/page/numbers.ts";
import type { Canvas } from "../canvas.ts";

/** Up to so many classes a cell says how many photos it stands for. */
export const COUNTED = 30;
/** Letters of a label. */
const LETTERS = 26;

export interface Square {
  labels: readonly string[];
  /** Rows are true labels, columns the answers. */
  matrix: readonly (readonly number[])[];
}

/** Those of the classes that take part in the most mistakes, as many as `most`. */
export const mostConfused = ({ labels, matrix }: Square, most: number): Square => {
  const wrong = matrix.map((row, at) =>
    row.reduce((sum, photos, to) => (to === at ? sum : sum + photos + matrix[to]![at]!), 0),
  );
  const kept = [...labels.keys()]
    .sort((a, b) => wrong[b]! - wrong[a]! || a - b)
    .slice(0, most)
    .sort((a, b) => a - b);
  return {
    labels: kept.map((at) => labels[at]!),
    matrix: kept.map((from) => kept.map((to) => matrix[from]![to]!)),
  };
};

export const confusionChart = (canvas: Canvas, { labels, matrix }: Square): Markup => {
  const names = distinct(labels.map(shortened));
  const order = neighbourOrder(matrix).map((at) => names[at]!);
  const cell = labels.length <= 12 ? 38 : labels.length <= COUNTED ? 26 : 10;
  const fontSize = cell < 20 ? 8.5 : 13;
  const margin = 16 + Math.max(...names.map((name) => name.length)) * fontSize * 0.56;
  const side = labels.length * cell;
  const cells = matrix.flatMap((row, from) => {
    const of = row.reduce((sum, photos) => sum + photos, 0);
    return row.flatMap((photos, to) =>
      photos === 0 ? [] : [{ row: names[from]!, column: names[to]!, photos, of, right: from === to, from, to }],
    );
  });
  type Cell = (typeof cells)[number];
  return canvas.draw(
    `Confusion matrix of ${labels.length} classes`,
    (plot) => ({
      width: side + margin + 4,
      height: side + margin + 4,
      marginTop: margin,
      marginLeft: margin,
      marginRight: 4,
      marginBottom: 4,
      padding: cell < 20 ? 0.04 : 0.06,
      x: { domain: order, axis: "top", tickRotate: -90, label: null, tickSize: 0 },
      y: { domain: order, label: null, tickSize: 0 },
      marks: [
        plot.frame({ stroke: "currentColor", strokeOpacity: 0.25 }),
        plot.cell(cells, {
          x: "column",
          y: "row",
          fill: ({ right }: Cell) => (right ? "var(--accent)" : "var(--warn)"),
          // of the row's photos; the root lets a single mistake show
          fillOpacity: ({ photos, of }: Cell) => 0.12 + 0.88 * Math.sqrt(photos / of),
          title: ({ from, to, photos, of, right }: Cell) =>
            `${labels[from]}${right ? ": right" : ` taken for ${labels[to]}`}, ${whole(photos)} of ${whole(of)}`,
        }),
        ...(cell < 20
          ? []
          : [
              plot.text(cells, {
                x: "column",
                y: "row",
                text: ({ photos }: Cell) => whole(photos),
                fill: ({ photos, of }: Cell) => (photos / of > 0.6 ? "var(--on-accent)" : "currentColor"),
                fontWeight: 600,
                pointerEvents: "none",
              }),
            ]),
      ],
      color: { type: "identity" },
    }),
    fontSize,
  );
};

const shortened = (label: string): string => (label.length > LETTERS ? `${label.slice(0, LETTERS - 1)}…` : label);

/** Two labels that begin alike must not become one row. */
const distinct = (names: readonly string[]): string[] => {
  const seen = new Map<string, number>();
  return names.map((name) => {
    const before = seen.get(name) ?? 0;
    seen.set(name, before + 1);
    return before === 0 ? name : `${name} (${before + 1})`;
  });
};
