/**
 * The looks at photos on which a form must agree with the float model: 500, seeded and stratified, photos that judge first;
 * where there are fewer photos, crops and flips of them as well, for agreement needs no labels.
 */
import type { View } from "../shared/pixels/pixels.ts";
import type { Photo } from "./dataset/dataset.ts";
import { group } from "./dataset/group.ts";
import { fewestViews } from "./export/gate.ts";
import { seeded } from "./seeded.ts";

export interface GateView {
  path: string;
  sha256: string;
  view: View;
  /** The true label, where this is the plain view of a photo that judges; no other view scores accuracy. */
  label: number | undefined;
}

/**
 * @param judges whether a photo judges: its answer by a model that has not learned from it is known
 * @param count as many as the gate wants, or more
 */
export const gateViews = (
  photos: readonly Photo[],
  seed: number,
  judges: (photo: Photo) => boolean = ({ part }) => part === "validation",
  count = fewestViews,
): GateView[] => {
  const judging = new Set(photos.filter(judges));
  const order = [
    ...stratified([...judging], seed),
    ...stratified(
      photos.filter((photo) => !judging.has(photo)),
      seed,
    ),
  ];
  const views: GateView[] = [];
  for (let round = 0; views.length < count; round++)
    for (const photo of order.slice(0, count - views.length))
      views.push({
        path: photo.path,
        sha256: photo.sha256,
        view: round === 0 ? {} : anotherLook(photo, round, seed),
        label: round === 0 && judging.has(photo) ? photo.label : undefined,
      });
  return views;
};

/** Photos so that any first few of them hold as many of each class as of another. */
export const stratified = (photos: readonly Photo[], seed: number): Photo[] => {
  const classes = group(photos, ({ label }) => String(label));
  return [...classes.values()]
    .flatMap((members) =>
      members
        .map((photo) => ({ photo, key: seeded(`${seed}\n${photo.sha256}`) }))
        .sort((a, b) => a.key - b.key)
        .map(({ photo, key }, place) => ({ photo, key, place })),
    )
    .sort((a, b) => a.place - b.place || a.key - b.key)
    .map(({ photo }) => photo);
};

/** A crop of 60 to 100% of the plain view's side, somewhere within it, every other one mirrored. */
const anotherLook = ({ sha256 }: Photo, round: number, seed: number): View => {
  const number = (what: string) => seeded(`${seed}\n${sha256}\n${round}\n${what}`);
  return { flip: round % 2 === 1, zoom: 0.6 + 0.4 * number("zoom"), x: number("x"), y: number("y") };
};
