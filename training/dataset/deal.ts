/**
 * Deals photos that may have several labels into parts of given sizes, so that each part holds its share of every label:
 * iterative stratification, the rarest label first (Sechidis, Tsoumakas and Vlahavas 2011, "On the Stratification of
 * Multi-Label Data"). Photos that show the same picture go to the same part. A keyed hash decides where the method leaves a
 * choice, so neither file names nor the file system's order do.
 */
import { createHash } from "node:crypto";
import { byCodePoint } from "./dataset.ts";
import { group } from "./group.ts";

export interface ManyLabelled<Label> {
  sha256: string;
  /** None twice. */
  labels: readonly Label[];
  /** Photos of one group go together; each is alone by default. */
  group?: number;
}

/** Photos of one picture, and how many of them have each label. */
interface Picture<Label> {
  photos: number[];
  labels: Map<Label, number>;
}

/**
 * Each photo's part, from 0, in the order given.
 *
 * @param shares of the parts; they add up to 1
 */
export const dealByLabels = <Label>(
  photos: readonly ManyLabelled<Label>[],
  shares: readonly number[],
  seed: number,
): number[] => {
  const dealt = new Array<number>(photos.length);
  const left = new Set(inDrawnOrder(photos, seed));
  const total = countLabels(left);
  const wanted = shares.map((share) => new Map([...total].map(([label, count]) => [label, count * share])));
  const room = shares.map((share) => share * photos.length);
  const place = (picture: Picture<Label>, needs: (part: number) => number): void => {
    let best = 0;
    for (let part = 1; part < shares.length; part++)
      if (needs(part) > needs(best) || (needs(part) === needs(best) && room[part]! > room[best]!)) best = part;
    for (const photo of picture.photos) dealt[photo] = best;
    room[best]! -= picture.photos.length;
    for (const [label, count] of picture.labels) wanted[best]!.set(label, wanted[best]!.get(label)! - count);
    left.delete(picture);
  };
  for (;;) {
    const rarest = leastOf(countLabels(left));
    if (rarest === undefined) break;
    for (const picture of [...left].filter(({ labels }) => labels.has(rarest)))
      place(picture, (part) => wanted[part]!.get(rarest)!);
  }
  for (const picture of [...left]) place(picture, (part) => room[part]!);
  return dealt;
};

const inDrawnOrder = <Label>(photos: readonly ManyLabelled<Label>[], seed: number): Picture<Label>[] => {
  const keyOf = (photo: number): string => hash(`deal\n${seed}\n${photos[photo]!.sha256}`);
  const groups = group(photos.entries(), ([index, { group = `alone ${index}` }]) => String(group));
  return [...groups.values()]
    .map((entries) => ({
      photos: entries.map(([index]) => index),
      labels: countAll(entries.flatMap(([, { labels }]) => [...labels])),
      key: entries.map(([index]) => keyOf(index)).sort(byCodePoint)[0]!,
    }))
    .sort((a, b) => byCodePoint(a.key, b.key));
};

const countAll = <Label>(labels: readonly Label[]): Map<Label, number> => {
  const counts = new Map<Label, number>();
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
  return counts;
};

const countLabels = <Label>(pictures: Iterable<Picture<Label>>): Map<Label, number> => {
  const counts = new Map<Label, number>();
  for (const { labels } of pictures)
    for (const [label, count] of labels) counts.set(label, (counts.get(label) ?? 0) + count);
  return counts;
};

/** The label with the fewest photos; of equally rare ones the first by name. */
const leastOf = <Label>(counts: ReadonlyMap<Label, number>): Label | undefined =>
  [...counts].sort(([a, few], [b, more]) => few - more || byCodePoint(String(a), String(b)))[0]?.[0];

const hash = (text: string): string => createHash("sha256").update(text).digest("hex");
