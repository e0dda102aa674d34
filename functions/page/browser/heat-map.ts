/** Where in a photo the first label is seen, drawn over it. */
import type { Heatmap } from "../../../shared/classifier/heatmap.ts";
import type { Size } from "./size.ts";

/** @param size of the upright photo that was asked about */
export const heatMapOver = ({ width, height, values, box }: Heatmap, size: Size): HTMLCanvasElement => {
  const canvas = document.createElement("canvas");
  Object.assign(canvas, { width, height, className: "heat" });
  const context = canvas.getContext("2d")!;
  const pixels = context.createImageData(width, height);
  for (const [i, value] of values.entries()) pixels.data.set(colourOf(value), 4 * i);
  context.putImageData(pixels, 0, 0);
  // the browser smooths it as it enlarges it
  const share = (part: number, whole: number): string => `${(100 * part) / whole}%`;
  canvas.style.left = share(box.x, size.width);
  canvas.style.top = share(box.y, size.height);
  canvas.style.width = share(box.width, size.width);
  canvas.style.height = share(box.height, size.height);
  return canvas;
};

/** From clear over amber to red. */
const colourOf = (value: number): [number, number, number, number] => [
  255,
  Math.round(190 * (1 - value)),
  20,
  Math.round(215 * value ** 1.5),
];
