import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { nodeLimits } from "../../shared/limits.ts";
import { loadCodecs } from "../../shared/pixels/codecs-node.ts";
import { cropPhoto } from "../../shared/pixels/crop.ts";
import { decodePhoto } from "../../shared/pixels/decode.ts";
import type { Pixels } from "../../shared/pixels/pixels.ts";
import { augment } from "../../training/augment/augment.ts";
import { augmentedView } from "../../training/augment/augmentation.ts";
import { draw } from "../drawing.ts";

const input = { size: 64, crop: 1, interpolation: "bicubic", mean: [0, 0, 0], std: [1, 1, 1] } as const;
const decode = async (photo: Uint8Array) => decodePhoto(photo, input, await loadCodecs(), nodeLimits.photo);
const photo = async () => decode(await draw("stars", 5, 200, 160).jpeg().toBuffer());

const meanOf = ({ data }: Pixels): number => data.reduce((sum, value) => sum + value, 0) / data.length;
const spreadOf = (pixels: Pixels): number => {
  const mean = meanOf(pixels);
  return Math.sqrt(pixels.data.reduce((sum, value) => sum + (value - mean) ** 2, 0) / pixels.data.length);
};

describe("an augmented look", () => {
  it("is decided by photo, seed and number alone", () => {
    const one = { sha256: "a".repeat(64) };
    expect(augmentedView(one, 0, 1)).toEqual({});
    expect(augmentedView(one, 1, 1)).toEqual(augmentedView({ ...one }, 1, 1));
    const others = [augmentedView(one, 2, 1), augmentedView(one, 1, 2), augmentedView({ sha256: "b" }, 1, 1)];
    for (const other of others) expect(other).not.toEqual(augmentedView(one, 1, 1));
  });

  it("mirrors half of the photos, and stays within its ranges", () => {
    const looks = Array.from({ length: 1000 }, (_, i) => augmentedView({ sha256: `${i}` }, 1, 1));
    const mirrored = looks.filter(({ flip }) => flip).length;
    expect(mirrored).toBeGreaterThan(430);
    expect(mirrored).toBeLessThan(570);
    for (const { zoom, rotation, brightness, contrast } of looks) {
      expect(zoom).toBeGreaterThanOrEqual(0.7);
      expect(Math.abs(rotation!)).toBeLessThanOrEqual(10);
      expect(Math.abs(brightness!)).toBeLessThanOrEqual(0.15);
      expect(Math.abs(contrast! - 1)).toBeLessThanOrEqual(0.2001);
    }
  });

  it("without turning and light is the shared path's, to the bit", async () => {
    const view = { flip: true, zoom: 0.8, x: 0.1, y: 0.9 };
    expect(augment(await photo(), input, view)).toEqual(cropPhoto(await photo(), input, view).pixels);
  });

  it.each([-10, -3, 4, 10])("turned by %d degrees shows no corner that the photo does not have", async (rotation) => {
    const white = await sharp({ create: { width: 90, height: 80, channels: 3, background: "#fff" } })
      .png()
      .toBuffer();
    const turned = augment(await decode(white), input, { rotation });
    expect(turned).toMatchObject({ width: 64, height: 64 });
    expect(new Set(turned.data)).toEqual(new Set([255]));
  });

  it("turns clockwise, about the middle", async () => {
    // a dot above the middle of a black square
    const dot = sharp({ create: { width: 128, height: 128, channels: 3, background: "#000" } }).composite([
      { input: { create: { width: 9, height: 9, channels: 3, background: "#fff" } }, left: 60, top: 12 },
    ]);
    const decoded = await decode(await dot.png().toBuffer());
    const middleOf = ({ data, width }: Pixels): number => {
      let [sum, weight] = [0, 0];
      for (let at = 0; at < data.length; at += 3) {
        sum += data[at]! * (((at / 3) % width) + 0.5);
        weight += data[at]!;
      }
      return sum / weight;
    };
    expect(middleOf(augment(decoded, input, {}))).toBeCloseTo(32.25, 0);
    expect(middleOf(augment(decoded, input, { rotation: 10 }))).toBeGreaterThan(35);
    expect(middleOf(augment(decoded, input, { rotation: -10 }))).toBeLessThan(29);
  });

  it("is brighter by what it says, and flatter", async () => {
    const plain = augment(await photo(), input, {});
    const flat = augment(await photo(), input, { contrast: 0.8 });
    expect(spreadOf(flat) / spreadOf(plain)).toBeCloseTo(0.8, 1);
    expect(meanOf(flat)).toBeCloseTo(meanOf(plain), 0);
    const bright = augment(await photo(), input, { contrast: 0.8, brightness: 0.05 });
    expect(meanOf(bright) - meanOf(flat)).toBeCloseTo(0.05 * 255, 0);
  });
});
