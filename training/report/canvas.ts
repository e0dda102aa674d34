/**
 * Draws plots ahead, as SVG that needs neither script nor style of its own: Observable Plot on a DOM without a browser. Colours
 * are the page's variables, so that a plot follows the reader's scheme. Both packages are loaded when something is drawn.
 */
import type { PlotOptions } from "@observablehq/plot";
import { raw } from "hono/html";
import type { Markup } from "../../shared/page/markup.ts";

export type Plot = typeof import("@observablehq/plot");

export interface Canvas {
  /**
   * @param says what the plot shows, for who cannot see it
   * @param fontSize in the plot's own units
   */
  draw(says: string, make: (plot: Plot) => PlotOptions, fontSize?: number): Markup;
}

export const openCanvas = async (): Promise<Canvas> => {
  const [plot, { parseHTML }] = await Promise.all([import("@observablehq/plot"), import("linkedom")]);
  const { document } = parseHTML("<!doctype html><html><body></body></html>");
  return {
    draw(says, make, fontSize = 13) {
      const drawn = plot.plot({ document: document as unknown as Document, ...make(plot) });
      // the page's policy allows its own style alone
      for (const style of drawn.querySelectorAll("style")) style.remove();
      for (const part of drawn.querySelectorAll("[aria-label]")) part.removeAttribute("aria-label");
      drawn.setAttribute("font-size", String(fontSize));
      drawn.setAttribute("role", "img");
      drawn.setAttribute("aria-label", says);
      return raw(shorter(drawn.outerHTML));
    },
  };
};

/** Coordinates to a tenth of a pixel: the rest is most of the text, and nobody sees it. */
const shorter = (svg: string): string =>
  svg.replace(/(?<=[\s",(MLHVCSQTAZ-])\d+\.\d{2,}/g, (number) => String(Math.round(Number(number) * 10) / 10));
