import { describe, expect, it } from "vitest";
import { hashSplit, split } from "../../training/dataset/split.ts";

const photos = (counts: Record<string, number>) =>
  Object.entries(counts).flatMap(([label, count]) =>
    Array.from({ length: count }, (_, index) => ({ label, sha256: `${label}-${index}` })),
  );

const partsByPhoto = (list: ReturnType<typeof photos>, seed = 1) => {
  const parts = split(list, 0.2, seed);
  return Object.fromEntries(list.map(({ sha256 }, index) => [sha256, parts[index]]));
};

describe("split", () => {
  it("takes the same share of each class, and at least one photo for each part", () => {
    const list = photos({ few: 2, some: 11, many: 100 });
    const parts = split(list, 0.2, 1);
    const count = (label: string) =>
      list.filter((photo, at) => photo.label === label && parts[at] === "validation").length;
    expect(["few", "some", "many"].map(count)).toEqual([1, 2, 20]);
  });

  it("depends on photos and seed, not on their order", () => {
    const list = photos({ a: 20, b: 30 });
    expect(partsByPhoto([...list].reverse())).toEqual(partsByPhoto(list));
    expect(partsByPhoto(list, 2)).not.toEqual(partsByPhoto(list));
  });

  it("keeps a group on one side, and the share as near as groups allow", () => {
    const list = photos({ a: 40, b: 40 }).map((photo, index) => ({
      ...photo,
      ...(index % 2 && { group: index >> 3 }),
    }));
    for (const seed of [1, 2, 3, 4, 5]) {
      const parts = split(list, 0.25, seed);
      for (let group = 0; group < 10; group++)
        expect(new Set(parts.filter((_, index) => list[index]!.group === group)).size).toBe(1);
      for (const label of ["a", "b"])
        expect(parts.filter((part, at) => list[at]!.label === label && part === "validation")).toHaveLength(10);
    }
  });

  it("judges a class by its smallest group rather than not at all, but never by all of it", () => {
    const list = photos({ burst: 10, one: 4 }).map((photo, index) => ({
      ...photo,
      group: index < 4 ? 0 : index < 10 ? 1 : 2,
    }));
    const parts = split(list, 0.2, 1);
    expect(parts.slice(0, 4)).toEqual(Array(4).fill("validation"));
    expect(parts.slice(4)).toEqual(Array(10).fill("training"));
  });

  it("judges by no group that lies in two classes", () => {
    const list = photos({ a: 10, b: 10 }).map((photo, index) => ({ ...photo, ...(index % 10 < 3 && { group: 7 }) }));
    for (const seed of [1, 2, 3, 4]) {
      const parts = split(list, 0.5, seed);
      expect(parts.filter((part, index) => list[index]!.group === 7 && part === "validation")).toEqual([]);
    }
  });

  it.each([0, 1, -0.2, Number.NaN])("refuses a validation share of %d", (share) => {
    expect(() => split(photos({ a: 4 }), share, 1)).toThrow(`a validation share of ${share} is not between 0 and 1`);
  });

  it("refuses a class of one photo", () => {
    expect(() => split(photos({ a: 4, b: 1 }), 0.2, 1)).toThrow(/class "b" has 1 photo/);
  });
});

describe("hashSplit", () => {
  it("tells splits apart, and not orders", () => {
    const row = { sha256: "x", label: "a", part: "training" as const };
    const other = { sha256: "y", label: "b", part: "validation" as const };
    expect(hashSplit([row, other])).toBe(hashSplit([other, row]));
    expect(hashSplit([row, other])).not.toBe(hashSplit([{ ...row, part: "validation" }, other]));
  });
});
