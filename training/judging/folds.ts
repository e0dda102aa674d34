/**
 * Deals photos into folds, each of which is judged by a head that learned from the others. Stratified: every class gives each
 * fold as many photos as another, give or take a group; photos that show the same picture go to the same fold. As in
 * dataset/split.ts a keyed hash decides, so neither file names nor the other photos say where a photo goes.
 */
import { createHash } from "node:crypto";
import { byCodePoint } from "../dataset/dataset.ts";
import { group } from "../dataset/group.ts";

interface Labelled {
  sha256: string;
  label: number;
  /** Photos of one group go together; each is alone by default. */
  group?: number;
}

/**
 * Each photo's fold, from 0, in the order given. `undefined` for a photo that can judge nothing: it shows a picture that
 * another class has too, or its class has no other picture to learn from.
 */
export const dealFolds = (photos: readonly Labelled[], folds: number, seed: number): (number | undefined)[] => {
  const dealt = new Array<number | undefined>(photos.length).fill(undefined);
  const sizes = new Array<number>(folds).fill(0);
  const { own, shared } = picturesOf(photos);
  for (const [label, pictures] of own) {
    if (pictures.length === 1 && !shared.has(label)) continue;
    const ofClass = new Array<number>(folds).fill(0);
    for (const members of inDrawnOrder(pictures, photos, seed)) {
      // the fold with fewest of this class, and of those the smallest: small classes do not all begin with the first fold
      let least = 0;
      for (let fold = 1; fold < folds; fold++)
        if (ofClass[fold]! < ofClass[least]! || (ofClass[fold] === ofClass[least] && sizes[fold]! < sizes[least]!))
          least = fold;
      for (const index of members) dealt[index] = least;
      ofClass[least]! += members.length;
      sizes[least]! += members.length;
    }
  }
  return dealt;
};

/** Photos by picture: by class those that are its own, and which classes show pictures that others have too. */
const picturesOf = (photos: readonly Labelled[]): { own: Map<number, number[][]>; shared: Set<number> } => {
  const own = new Map<number, number[][]>();
  const shared = new Set<number>();
  for (const entries of group(photos.entries(), ([index, { group = `alone ${index}` }]) => String(group)).values()) {
    const labels = new Set(entries.map(([, { label }]) => label));
    if (labels.size > 1) for (const label of labels) shared.add(label);
    else {
      const [[, { label }]] = entries as [(typeof entries)[number]];
      const pictures = own.get(label) ?? [];
      own.set(label, pictures);
      pictures.push(entries.map(([index]) => index));
    }
  }
  return { own, shared };
};

const inDrawnOrder = (pictures: readonly number[][], photos: readonly Labelled[], seed: number): number[][] => {
  const keyOf = (index: number): string => hash(`folds\n${seed}\n${photos[index]!.label}\n${photos[index]!.sha256}`);
  return pictures
    .map((members) => ({ members, key: members.map(keyOf).sort(byCodePoint)[0]! }))
    .sort((a, b) => byCodePoint(a.key, b.key))
    .map(({ members }) => members);
};

const hash = (text: string): string => createHash("sha256").update(text).digest("hex");
