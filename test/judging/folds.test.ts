import { describe, expect, it } from "vitest";
import type { Photo } from "../../training/dataset/dataset.ts";
import { dealFolds } from "../../training/judging/folds.ts";
import { fewPhotos, judgesOf, partsOf } from "../../training/judging/judges.ts";

const photosOf = (classes: readonly number[], groups: Record<number, number> = {}): Photo[] =>
  classes.flatMap((count, label) =>
    Array.from({ length: count }, (_, i) => {
      const index = classes.slice(0, label).reduce((a, b) => a + b, 0) + i;
      return {
        path: `${index}.jpg`,
        sha256: (index * 7919).toString(16).padStart(64, "0"),
        label,
        part: i % 5 === 0 ? ("validation" as const) : ("training" as const),
        ...(groups[index] !== undefined && { group: groups[index] }),
      };
    }),
  );

const countIn = (photos: readonly Photo[], folds: readonly (number | undefined)[], fold: number, label: number) =>
  photos.filter((photo, at) => photo.label === label && folds[at] === fold).length;

describe("dealFolds", () => {
  it("gives every fold as many photos of each class, and as many in all, give or take one", () => {
    const photos = photosOf([100, 33, 7, 2]);
    const folds = dealFolds(photos, 5, 1);
    for (const [label, count] of [100, 33, 7, 2].entries())
      for (let fold = 0; fold < 5; fold++) {
        const own = countIn(photos, folds, fold, label);
        expect([Math.floor(count / 5), Math.ceil(count / 5)]).toContain(own);
      }
    const sizes = [0, 1, 2, 3, 4].map((fold) => folds.filter((own) => own === fold).length);
    expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
  });

  it("keeps photos of one picture together", () => {
    // photos 0 to 2 show one picture, 10 and 11 another
    const photos = photosOf([10, 10], { 0: 1, 1: 1, 2: 1, 10: 2, 11: 2 });
    const folds = dealFolds(photos, 5, 3);
    expect(new Set(folds.slice(0, 3)).size).toBe(1);
    expect(folds[10]).toBe(folds[11]);
    expect(folds.every((fold) => fold !== undefined)).toBe(true);
  });

  it("lets nothing judge that two classes show, and no class that has but one picture", () => {
    const photos = photosOf([4, 4, 3], { 0: 1, 4: 1, 8: 2, 9: 2, 10: 2 });
    const folds = dealFolds(photos, 2, 1);
    expect([folds[0], folds[4]]).toEqual([undefined, undefined]);
    expect(folds.slice(8)).toEqual([undefined, undefined, undefined]);
    expect(folds.slice(1, 4).every((fold) => fold !== undefined)).toBe(true);
  });

  it("is decided by photos and seed, not by their order", () => {
    const photos = photosOf([20, 20]);
    const folds = dealFolds(photos, 5, 1);
    const back = dealFolds([...photos].reverse(), 5, 1).reverse();
    // each class's photos are dealt in the same order; which class comes first says which folds are the fuller ones
    for (const label of [0, 1])
      expect(photos.flatMap((photo, at) => (photo.label === label ? [back[at]] : []))).toEqual(
        photos.flatMap((photo, at) => (photo.label === label ? [folds[at]] : [])),
      );
    expect(dealFolds(photos, 5, 2)).not.toEqual(folds);
  });
});

describe("judgesOf", () => {
  it("lets all of few photos judge, out of as many folds as the validation share says, ten at most", () => {
    const photos = photosOf([30, 30]);
    expect(judgesOf(photos, 0.2, 1)).toMatchObject({ method: "out-of-fold", heads: 5 });
    expect(judgesOf(photos, 0.34, 1).heads).toBe(3);
    expect(judgesOf(photos, 0.01, 1).heads).toBe(10);
    expect(judgesOf(photos, 0.2, 1).of.every((judge) => judge !== undefined)).toBe(true);
  });

  it("lets the validation photos of many judge, and of a share that makes no folds", () => {
    for (const judges of [judgesOf(photosOf([fewPhotos, 10]), 0.2, 1), judgesOf(photosOf([10, 10]), 0.8, 1)]) {
      expect(judges).toMatchObject({ method: "held-out", heads: 1 });
      for (const [at, { part }] of photosOf([10, 10]).entries())
        if (judges.of.length === 20) expect(judges.of[at]).toBe(part === "validation" ? 0 : undefined);
    }
  });
});

describe("partsOf", () => {
  it("are the folds, or five parts of the photos that are held out", () => {
    const few = photosOf([30, 30]);
    const folds = judgesOf(few, 0.2, 1);
    expect(partsOf(few, folds, 1)).toEqual(folds.of);
    const many = photosOf([fewPhotos, 50]);
    const judges = judgesOf(many, 0.2, 1);
    const parts = partsOf(many, judges, 1);
    for (const [at, part] of parts.entries()) expect(part === undefined).toBe(judges.of[at] === undefined);
    expect(new Set(parts.filter((part) => part !== undefined)).size).toBe(5);
  });
});
