import { describe, expect, it } from "vitest";
import { readBreeds } from "../../training/built-in/breeds.ts";
import { findOptimism } from "../../training/judging/optimism.ts";

const pretrainedOn = "ImageNet-1k, ILSVRC 2012 train";
const labels = ["beagle", "pug"];
const named = (...paths: string[]) => paths.map((path) => ({ path }));

describe("findOptimism", () => {
  it("knows ImageNet's photos by their files' names", async () => {
    const photos = named("a/n02085620_10074.JPEG", "a/n02085620_7.jpg", "b/IMG_0001.jpg");
    const found = await findOptimism({ pretrainedOn, labels, photos });
    expect(found?.photos).toBe(2);
    expect(found?.reason).toMatch(/^2 of 3 files are named as ImageNet's/);
  });

  it("knows them by their folders' names", async () => {
    const photos = named("n02085620-Chihuahua/1.jpg", "n02088364/2.jpg");
    expect((await findOptimism({ pretrainedOn, labels, photos }))?.photos).toBe(2);
  });

  it("knows the breeds of Kaggle's contest, however they are written", async () => {
    const breeds = (await readBreeds()).map(({ breed }) => breed.replaceAll("_", "-").toUpperCase());
    const photos = named("train/000bec180eb18c7604dcecc8fe0dba07.jpg");
    const found = await findOptimism({ pretrainedOn, labels: breeds, photos });
    expect(found?.reason).toMatch(/^120 labels are the breeds of Kaggle's/);
  });

  it("says nothing of photos of one's own, of a stray name, or of a backbone that learned elsewhere", async () => {
    expect(await findOptimism({ pretrainedOn, labels, photos: named("beagle/1.jpg", "pug/n1.jpg") })).toBeUndefined();
    const many = named("a/n02085620_1.jpg", ...Array.from({ length: 99 }, (_, i) => `a/${i}.jpg`));
    expect(await findOptimism({ pretrainedOn, labels, photos: many })).toBeUndefined();
    const seen = named("a/n02085620_10074.JPEG");
    expect(await findOptimism({ pretrainedOn: "not stated", labels, photos: seen })).toBeUndefined();
  });
});
