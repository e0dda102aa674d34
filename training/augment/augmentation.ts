/**
 * Other looks at a photo of the kind that its subject might have been taken with: mirrored, nearer, aside, a little turned, in other
 * light. Everything is decided by the photo, the seed and the look's number, so a rerun finds its features in the cache.
 */
import type { View } from "../../shared/pixels/pixels.ts";
import { seeded } from "../seeded.ts";

export interface AugmentedView extends View {
  /** All of the photo, squashed into the square, instead of its centre. */
  whole?: boolean;
  /** Degrees, clockwise; the picture's corners are never seen. */
  rotation?: number;
  /** Added to each value, as a share of white. */
  brightness?: number;
  /** Times each value's distance from the picture's mean. */
  contrast?: number;
}

/** What the looks are drawn from, evenly; ranges as in common use (Keras' preprocessing layers at .1 to .2). */
const ranges = {
  zoom: [0.7, 1],
  x: [0, 1],
  y: [0, 1],
  rotation: [-10, 10],
  brightness: [-0.15, 0.15],
  contrast: [0.8, 1.2],
} as const;

/** @param number of the look, from 1; 0 is the plain one */
export const augmentedView = (photo: { sha256: string }, number: number, seed: number): AugmentedView => {
  if (number === 0) return {};
  const draw = (what: string): number => seeded(`augment\n${seed}\n${photo.sha256}\n${number}\n${what}`);
  const between = (what: keyof typeof ranges): number => {
    const [low, high] = ranges[what];
    return low + (high - low) * draw(what);
  };
  return {
    flip: draw("flip") < 0.5,
    zoom: between("zoom"),
    x: between("x"),
    y: between("y"),
    rotation: between("rotation"),
    brightness: between("brightness"),
    contrast: between("contrast"),
  };
};

/** All photos once as they are, then once more for each further look. */
export const looksAt = <Photo extends { sha256: string }>(
  photos: readonly Photo[],
  views: number,
  seed: number,
): (Photo & { view: AugmentedView })[] =>
  Array.from({ length: views }, (_, number) =>
    photos.map((photo) => ({ ...photo, view: augmentedView(photo, number, seed) })),
  ).flat();
