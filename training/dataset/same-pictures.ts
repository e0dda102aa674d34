/** Which photos of a data set show the same picture: compared once, however many of them turn out to be no good later. */
import { byCodePoint } from "./dataset.ts";
import { groupNearDuplicates } from "./near/near-duplicates.ts";
import type { Pause } from "./near/pause.ts";
import type { Print } from "./near/print.ts";
import type { Verdict } from "./read-dataset.ts";
import type { Survey } from "./survey.ts";

export interface SamePictures {
  /** By the photos' sha256; those that were not compared have none. */
  groupOf: ReadonlyMap<string, number>;
  warnings: string[];
}

/** What photos that may have several labels are all one class of: rare combinations would make classes of a photo or two. */
const ANY = "any label";

/** @param verdicts of the photos, in their order; those with a print are compared */
export const findSamePictures = async (
  { photos, listing: { multiLabel } }: Pick<Survey, "photos" | "listing">,
  verdicts: readonly Verdict[],
  pause: Pause,
): Promise<SamePictures> => {
  const compared = photos
    .flatMap((photo, index) => {
      const print = verdicts[index];
      return isPrint(print) ? [{ ...photo, ...(multiLabel && { label: ANY }), print }] : [];
    })
    .sort((a, b) => byCodePoint(a.sha256, b.sha256));
  const { groups, warnings } = await groupNearDuplicates(compared, pause);
  return { groupOf: new Map(compared.map(({ sha256 }, index) => [sha256, groups[index]!])), warnings };
};

const isPrint = (verdict: Verdict): verdict is Print => verdict instanceof Float32Array;
