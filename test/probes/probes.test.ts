import { readFile } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import { beforeAll, describe, expect, it } from "vitest";
import type { Session } from "../../shared/engine/engine.ts";
import { createNativeEngine } from "../../shared/engine/native.ts";
import { createWebEngine } from "../../shared/engine/web.ts";
import { sha256 } from "../../shared/hash.ts";
import { edgeLimits } from "../../shared/limits.ts";
import { packageRoot } from "../../shared/package-root.ts";
import { loadCodecs } from "../../shared/pixels/codecs-node.ts";
import { decodePhoto } from "../../shared/pixels/decode.ts";
import { probesSchema } from "../../shared/probe.ts";
import { catalogue } from "../../training/backbone/catalogue.ts";
import { type DrawnProbe, drawProbes } from "../../training/probes/draw.ts";
import { type MadeProbes, makeProbes } from "../../training/probes/make.ts";

const input = {
  size: 224,
  crop: 224 / 256,
  interpolation: "bicubic",
  mean: [127, 127, 127],
  std: [128, 128, 128],
  pixelPath: 1,
} as const;

let photos: DrawnProbe[];
beforeAll(async () => {
  photos = await drawProbes();
});
const metadataOf = (file: string) => sharp(photos.find((photo) => photo.file === file)!.bytes).metadata();

describe("the probe photos", () => {
  it("are sixteen, drawn the same each time, less than 250 kB together", async () => {
    expect(photos).toHaveLength(16);
    expect(await drawProbes()).toEqual(photos);
    expect(photos.reduce((sum, { bytes }) => sum + bytes.length, 0)).toBeLessThan(250_000);
  });

  it("are what their names say", async () => {
    expect(await metadataOf("cmyk.jpg")).toMatchObject({ space: "cmyk", channels: 4 });
    expect(await metadataOf("grey.jpg")).toMatchObject({ channels: 1 });
    expect(await metadataOf("upright.jpg")).toMatchObject({ chromaSubsampling: "4:2:0", isProgressive: false });
    expect(await metadataOf("full-chroma.jpg")).toMatchObject({ chromaSubsampling: "4:4:4" });
    expect(await metadataOf("large-progressive-turned-6.jpg")).toMatchObject({ isProgressive: true, orientation: 6 });
    for (const file of ["mirrored-2.jpg", "turned-3.jpg", "mirrored-5.jpg", "turned-8.jpg", "turned-6.webp"])
      expect(await metadataOf(file)).toMatchObject({ orientation: Number(/-(\d)\./.exec(file)?.[1]) });
    expect(await metadataOf("palette.png")).toMatchObject({ isPalette: true });
    expect(await metadataOf("sixteen-bit.png")).toMatchObject({ depth: "ushort" });
    expect(await metadataOf("interlaced.png")).toMatchObject({ isProgressive: true });
    for (const file of ["alpha.png", "alpha.webp"]) expect(await metadataOf(file)).toMatchObject({ hasAlpha: true });
  });

  it("can all be read within a Worker's limits, the large ones at a smaller scale", async () => {
    const codecs = await loadCodecs();
    const scales = new Map<string, number>();
    for (const { file, bytes } of photos)
      scales.set(file, (await decodePhoto(bytes, input, codecs, edgeLimits.photo)).scale);
    for (const file of ["large.jpg", "large-progressive-turned-6.jpg"])
      for (const { input } of Object.values(catalogue)) {
        const { bytes } = photos.find((photo) => photo.file === file)!;
        expect((await decodePhoto(bytes, input, codecs, edgeLimits.photo)).scale).toBeGreaterThan(1);
      }
    expect(scales.get("upright.jpg")).toBe(1);
  });
});

describe("makeProbes", () => {
  let made: MadeProbes;
  const sessions = {} as { native: Session; web: Session };
  beforeAll(async () => {
    const bytes = await readFile(join(packageRoot, "models", "efficientnet-lite0.fp16.onnx"));
    const model = { bytes, precision: "float16", size: 224 } as const;
    sessions.native = await (await createNativeEngine()).load(model);
    sessions.web = await (await createWebEngine()).load(model);
    const manifest = {
      name: "imagenet",
      task: "single-label",
      labels: Array.from({ length: 1000 }, (_, i) => `class ${i}`),
      input: { ...input, mean: [127, 127, 127], std: [128, 128, 128] },
      outputs: { logits: "logits" },
      head: { kind: "original" },
      temperature: 1.2,
    } satisfies Parameters<typeof makeProbes>[0]["manifest"];
    made = await makeProbes({ photos, manifest, sessions, codecs: await loadCodecs() });
  });

  it("gives the photos and their expected results as files to publish", async () => {
    expect(made.files.map(({ path }) => path)).toEqual([
      "probes/probes.json",
      ...photos.map(({ file }) => `probes/${file}`),
    ]);
    expect(made.probes).toEqual({
      path: "probes/probes.json",
      sha256: await sha256(made.files[0]!.bytes),
      count: 16,
    });
    const { probes } = probesSchema.parse(JSON.parse(new TextDecoder().decode(made.files[0]!.bytes)));
    for (const [i, { bytes }] of photos.entries()) expect(probes[i]!.sha256).toBe(await sha256(bytes));
  });

  it("expects something else of each photo, well above the tolerance", async () => {
    const { probes, tolerance } = probesSchema.parse(JSON.parse(new TextDecoder().decode(made.files[0]!.bytes)));
    expect(new Set(probes.map(({ tensor }) => tensor)).size).toBe(16);
    const shifts = probes.map(({ logits }) => Math.max(...logits.native.map((x, i) => Math.abs(x - logits.web[i]!))));
    expect(Math.max(...shifts)).toBeLessThan(tolerance.native);
    for (const [i, one] of probes.entries())
      for (const other of probes.slice(i + 1))
        expect(
          Math.max(...one.logits.web.map((x, j) => Math.abs(x - other.logits.web[j]!))),
          `${one.file} and ${other.file}`,
        ).toBeGreaterThan(tolerance.native);
  });
});
