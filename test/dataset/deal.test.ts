import { describe, expect, it } from "vitest";
import { dealByLabels } from "../../training/dataset/deal.ts";
import { random } from "../drawing.ts";

const next = random(5);
/** Labels of very different frequency, and many combinations of them. */
const frequencies = { sky: 0.6, tree: 0.3, car: 0.15, dog: 0.05, kite: 0.03 };
const photos = Array.from({ length: 500 }, (_, at) => ({
  sha256: `photo ${at}`,
  labels: Object.entries(frequencies).flatMap(([label, share]) => (next() < share ? [label] : [])),
  ...(at % 25 < 2 && { group: Math.floor(at / 25) }),
}));
const fifths = [0.2, 0.2, 0.2, 0.2, 0.2];

describe("dealByLabels", () => {
  const parts = dealByLabels(photos, fifths, 1);

  it("gives every part its share of every label, the rare ones too", () => {
    for (const label of Object.keys(frequencies)) {
      const all = photos.filter(({ labels }) => labels.includes(label)).length;
      for (let part = 0; part < 5; part++) {
        const own = photos.filter(({ labels }, at) => labels.includes(label) && parts[at] === part).length;
        expect(Math.abs(own - all / 5), `${label} in part ${part}`).toBeLessThanOrEqual(Math.max(1.5, 0.03 * all));
      }
    }
    for (let part = 0; part < 5; part++)
      expect(Math.abs(parts.filter((own) => own === part).length - 100)).toBeLessThanOrEqual(4);
  });

  it("keeps photos of one picture together", () => {
    for (const [at, { group }] of photos.entries())
      if (group !== undefined) expect(parts[at]).toBe(parts[photos.findIndex((photo) => photo.group === group)]);
  });

  it("goes by seed and photos, not by their order", () => {
    const order = [...photos.keys()].sort((a, b) => ((a * 7) % 500) - ((b * 7) % 500));
    const moved = dealByLabels(
      order.map((at) => photos[at]!),
      fifths,
      1,
    );
    expect(order.map((at) => parts[at])).toEqual(moved);
    expect(dealByLabels(photos, fifths, 2)).not.toEqual(parts);
  });

  it("gives parts of different size their different shares", () => {
    const split = dealByLabels(photos, [0.1, 0.9], 1);
    expect(Math.abs(split.filter((part) => part === 0).length - 50)).toBeLessThanOrEqual(3);
  });
});
