/** Which parts of the photo speak for a label: its class activation map (Zhou et al. 2016). */
import type { Output } from "../engine/engine.ts";
import type { Manifest } from "../manifest.ts";
import type { Box } from "../pixels/pixels.ts";

export interface Heatmap {
  label: string;
  width: number;
  height: number;
  /** Row by row, 0 (the least evidence in this photo) to 1 (the most), to four decimals. */
  values: number[];
  /** The part of the upright photo that the map covers, in its pixels. */
  box: Box;
}

/** @param index of `label` among the mapped classes */
export const heatmapOf = (maps: NonNullable<Output["heatmap"]>, index: number, label: string, box: Box): Heatmap => {
  const { data, width, height } = maps;
  const map = data.subarray(index * width * height, (index + 1) * width * height);
  const least = map.reduce((a, b) => Math.min(a, b));
  const span = map.reduce((a, b) => Math.max(a, b)) - least;
  // a flat map speaks for no part more than for another
  const values = Array.from(map, (value) => (span > 0 ? Math.round(((value - least) / span) * 1e4) / 1e4 : 0));
  return { label, width, height, values, box };
};

/** @returns `undefined` where the model has maps of its labels */
export const whyNoHeatmaps = ({ outputs, head }: Pick<Manifest, "outputs" | "head">): string | undefined => {
  if (outputs.heatmap) return undefined;
  return head.kind === "linear"
    ? "its backbone gives one vector of a photo, no map over it; train it on another"
    : `its head is ${String(head.kind)}, whose answers are no sums over places; train it with --head linear`;
};
