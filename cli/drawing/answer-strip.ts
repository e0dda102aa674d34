/** What a model said, as a strip to be put under the photo: the best labels with their scores and bars. */
import type { Answer } from "../../shared/classifier/classifier.ts";
import { listed } from "../../shared/classifier/listed.ts";
import { percent } from "../terminal.ts";
import { CAPITAL, hasStrokes, strokesOf } from "./stroke-font.ts";

/** Labels that are shown. */
const SHOWN = 3;
const [GROUND, INK, FAINT, BAR] = ["#15181e", "#f4f5f7", "#9aa3b2", "#ff5a36"];

export type AnswerToDraw = Pick<Answer, "predictions" | "labels" | "unknown" | "model">;

/** @returns an SVG as wide as the photo, and its height */
export const drawAnswerStrip = (
  { predictions, labels, unknown, model }: AnswerToDraw,
  width: number,
): { svg: Buffer; height: number } => {
  const shown = listed({ predictions, ...(labels && { labels }) }, SHOWN);
  /** One unit of the font, in pixels. */
  const unit = Math.max(1, Math.min(width, 1600) / 320);
  const margin = 12 * unit;
  const line = 22 * unit;
  const rows = unknown ? ["none of the things that this model knows", ...shown] : shown;
  const scores = 52 * unit;
  const bars = 0.24 * width;
  const room = width - 3 * margin - scores - bars;
  let y = margin;
  let inside = "";
  for (const [place, row] of rows.entries()) {
    const first = typeof row === "string" || (row.given ?? place === 0);
    const colour = first ? INK : FAINT;
    if (typeof row === "string") inside += text(row, { x: margin, y, unit, room: width - 2 * margin, colour });
    else {
      const right = width - margin;
      inside += text(row.label, { x: margin, y, unit, room, colour, bold: first });
      const bar = Math.max(unit, bars * row.score);
      const left = right - scores - bars;
      inside += `<rect x="${left}" y="${y + 2 * unit}" width="${bars}" height="${7 * unit}" rx="${2 * unit}" fill="#fff" fill-opacity=".08"/>`;
      inside += `<rect x="${left}" y="${y + 2 * unit}" width="${bar}" height="${7 * unit}" rx="${Math.min(2 * unit, bar / 2)}" fill="${first ? BAR : FAINT}"/>`;
      inside += text(percent(row.score), { x: right, y, unit, room: scores, colour, end: true });
    }
    y += line;
  }
  inside += text(model, {
    x: width - margin,
    y: y - 2 * unit,
    unit: 0.7 * unit,
    room: width - 2 * margin,
    colour: "#6b7482",
    end: true,
  });
  const height = Math.ceil(y + 10 * unit);
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><rect width="${width}" height="${height}" fill="${GROUND}"/>${inside}</svg>`;
  return { svg: Buffer.from(svg), height };
};

interface Place {
  x: number;
  /** Of the capitals' top. */
  y: number;
  unit: number;
  /** Width that the text may take; longer text is narrowed, and cut at the end where that would make it illegible. */
  room: number;
  colour: string;
  bold?: boolean;
  /** `x` is where it ends. */
  end?: boolean;
}

const NARROWEST = 0.7;

const text = (content: string, { x, y, unit, room, colour, bold = false, end = false }: Place): string => {
  // letters that our font lacks, such as Chinese ones, are the machine's to draw, if it has a font at all
  if (!hasStrokes(content))
    return `<text x="${x}" y="${y + CAPITAL * unit}" font-size="${1.35 * CAPITAL * unit}" font-family="sans-serif" fill="${colour}"${
      end ? ' text-anchor="end"' : ""
    }>${escaped(content)}</text>`;
  const drawn = fitted(content, room / unit / NARROWEST);
  const narrow = Math.min(1, room / (drawn.width * unit));
  const left = end ? x - drawn.width * unit * narrow : x;
  return `<g transform="translate(${left} ${y}) scale(${unit * narrow} ${unit})" fill="none" stroke="${colour}" stroke-width="${
    bold ? 1.5 : 1.15
  }" stroke-linecap="round" stroke-linejoin="round">${drawn.paths}</g>`;
};

const fitted = (content: string, room: number) => {
  const letters = [...content];
  for (let kept = letters.length; kept > 1; kept--) {
    const drawn = strokesOf(kept === letters.length ? content : `${letters.slice(0, kept).join("")}…`);
    if (drawn.width <= room) return drawn;
  }
  return strokesOf("…");
};

const escaped = (content: string): string =>
  content.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
