/**
 * The looks at photos on which a form must agree with the float model: 500, seeded and stratified, validation photos first;
 * where there are fewer photos, crops and flips of them as well, for agreement needs no labels.
 */
import type { View } from "../shared/pixels/pixels.ts";
import type { Part, Photo } from "./dataset/dataset.ts";
import { group } from "./dataset/group.ts";
import { fewestViews } from "./export/gate.ts";
import { seeded } from "./seeded.ts";

export interface GateView {
  path: string;
  sha256: string;
  view: View;
  /** The true label, where this is the plain view of a validation photo; no other view scores accuracy. */
  label: number | undefined;
}

export const gateViews = (photos: readonly Photo[], seed: number): GateView[] => {
  const order = [...stratified(photos, "validation", seed), ...stratified(photos, "training", seed)];
  const views: GateView[] = [];
  for (let round = 0; views.length < fewestViews; round++)
    for (const photo of order.slice(0, fewestViews - views.length))
      views.push({
        path: photo.path,
        sha256: photo.sha256,
        view: round === 0 ? {} : anotherLook(photo, round, seed),
        label: round === 0 && photo.part === "validation" ? photo.label : undefined,
      });
  return views;
};

/** One part's photos so that any first few of them hold as many of each class as of another. */
export const stratified = (photos: readonly Photo[], part: Part, seed: number): Photo[] => {
  const classes = group(
    photos.filter((photo) => photo.part === part),
    ({ label }) => String(label),
  );
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
