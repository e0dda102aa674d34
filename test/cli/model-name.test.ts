import { describe, expect, it } from "vitest";
import { modelName } from "../../cli/model-name.ts";

describe("a model without --name", () => {
  it.each([
    ["photos/Dog Breeds/", "dog-breeds"],
    ["photos/dogs.zip", "dogs"],
    ["photos/dogs.v2.tar.gz", "dogs.v2"],
    ["photos/Dogs.TGZ", "dogs"],
    ["photos/dogs/labels.csv", "dogs"],
    ["photos/flowers.csv", "flowers"],
    ["s3://bucket/dogs/", "dogs"],
  ])("is called after its photos: %s is %s", (photos, name) => {
    expect(modelName(undefined, photos)).toBe(name);
  });
});
