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
