import { describe, expect, it } from "vitest";
import { trainLinearHead } from "../../training/head/linear.ts";
import { loadTensorFlow } from "../../training/head/tensorflow.ts";
import { auroc } from "../../training/judging/auroc.ts";
import { checkHiddenClasses } from "../../training/judging/hidden-classes.ts";
import type { Judges } from "../../training/judging/judges.ts";
import { random } from "../drawing.ts";
import { blobs } from "../head/blobs.ts";

describe("auroc", () => {
  it("is the share of pairs that are in order, ties counted half", () => {
    expect(auroc([3, 4], [1, 2])).toBe(1);
    expect(auroc([1, 2], [3, 4])).toBe(0);
    expect(auroc([1, 3], [2, 2])).toBe(0.5);
    expect(auroc([2, 2, 5], [2, 1])).toBe((0.5 + 0.5 + 1 + 1 + 1 + 1) / 6);
    const next = random(1);
    const [a, b] = [
      Array.from({ length: 60 }, () => Math.floor(next() * 9)),
      Array.from({ length: 40 }, () => Math.floor(next() * 7)),
    ];
    let pairs = 0;
    for (const high of a) for (const low of b) pairs += high > low ? 1 : high === low ? 0.5 : 0;
    expect(auroc(a, b)).toBeCloseTo(pairs / 2400, 12);
  });
});

describe("checkHiddenClasses", () => {
  const judgesOf = (photos: number): Judges => ({
    method: "out-of-fold",
    heads: 5,
    of: Array.from({ length: photos }, (_, photo) => Math.floor(photo / 6) % 5),
  });
  const check = async (classes: number, spread: number) => {
    const tf = await loadTensorFlow();
    const photos = 60 * classes;
    const drawn = blobs(photos, classes, 24, 1, spread);
    const seen: { classes: number; labels: Set<number>; photos: number }[] = [];
    const shares: number[] = [];
    const checked = await checkHiddenClasses({
      rows: { ...drawn, photo: Int32Array.from({ length: photos }, (_, row) => row) },
      classes,
      judges: judgesOf(photos),
      seed: 1,
      onShare: (share) => shares.push(share),
      train({ training, classes, onShare }) {
        onShare?.(0.5);
        seen.push({ classes, labels: new Set(training.labels), photos: training.labels.length });
        return trainLinearHead({ tf, training, classes, groups: [24] });
      },
    });
    return { checked, seen, shares };
  };

  it("hides each half of the classes, and tells hidden ones the better the less classes overlap", async () => {
    const near = await check(6, 1);
    const far = await check(6, 0.2);
    expect(far.checked).toMatchObject({ rounds: 4, photos: 4 * 180 });
    expect(far.checked!.auroc).toBeGreaterThan(near.checked!.auroc + 0.05);
    expect(far.checked!.refused).toBeGreaterThan(near.checked!.refused);
    expect(far.shares).toEqual([1 / 8, 3 / 8, 5 / 8, 7 / 8]);
    // three of six classes each time, numbered anew, four fifths of their photos
    for (const { classes, labels, photos } of far.seen) {
      expect(classes).toBe(3);
      expect([...labels].sort()).toEqual([0, 1, 2]);
      expect(photos).toBe(144);
    }
  });

  it("says nothing of three classes", async () => {
    expect((await check(3, 1)).checked).toBeUndefined();
  });
});
