/** `node bench/pixels.ts`: CPU milliseconds from bytes to tensor, by stage, for photos as the web and as phones have them. */
import sharp, { type Sharp } from "sharp";
import { loadCodecs } from "../shared/pixels/codecs-node.ts";
import { cropPhoto } from "../shared/pixels/crop.ts";
import { decodePhoto } from "../shared/pixels/decode.ts";
import type { Limits } from "../shared/pixels/limits.ts";
import { toTensor } from "../shared/pixels/normalise.ts";
import type { InputSpec } from "../shared/pixels/pixels.ts";

const ROUNDS = 7;
const input: InputSpec = {
  size: 224,
  crop: 224 / 256,
  interpolation: "bicubic",
  mean: [127, 127, 127],
  std: [128, 128, 128],
};
const unlimited: Limits = {
  bytes: Infinity,
  pixels: Infinity,
  memory: Infinity,
  emptiness: { pixels: Infinity, perByte: Infinity },
};
const codecs = await loadCodecs();

/** Low-passed noise: as much detail as a photo has. */
const drawn = (width: number, height: number): Sharp =>
  sharp({
    create: { width, height, channels: 3, background: "grey", noise: { type: "gaussian", mean: 128, sigma: 60 } },
  }).blur(1.5);

const milliseconds = ({ user, system }: NodeJS.CpuUsage): number => (user + system) / 1000;
const median = (values: number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1]!;

const measure = async (name: string, photo: Uint8Array): Promise<void> => {
  const decode: number[] = [];
  const crop: number[] = [];
  const tensor: number[] = [];
  let wasm = 0;
  for (let round = 0; round < ROUNDS; round++) {
    let start = process.cpuUsage();
    const lap = (stage: number[]) => {
      stage.push(milliseconds(process.cpuUsage(start)));
      start = process.cpuUsage();
    };
    const decoded = await decodePhoto(photo, input, codecs, unlimited);
    lap(decode);
    const { pixels } = cropPhoto(decoded, input);
    lap(crop);
    toTensor(pixels, input);
    lap(tensor);
    wasm = decoded.pixels.data.buffer.byteLength;
  }
  const figures = [decode, crop, tensor].map((stage) => median(stage).toFixed(1).padStart(8));
  const mega = (bytes: number) => (bytes / 1e6).toFixed(1).padStart(9);
  console.log(name.padEnd(34), ...figures, mega(photo.length), mega(wasm));
};

console.log("CPU ms, median of 7".padEnd(34), "  decode     crop   tensor  photo MB  wasm MB");
for (const [width, height] of [
  [500, 375],
  [4032, 3024],
] as const) {
  const photo = await drawn(width, height).png({ compressionLevel: 1 }).toBuffer();
  const size = `${width} x ${height}`;
  await measure(`${size} JPEG 4:2:0 baseline`, await sharp(photo).jpeg().toBuffer());
  await measure(`${size} JPEG 4:2:0 progressive`, await sharp(photo).jpeg({ progressive: true }).toBuffer());
  await measure(`${size} PNG`, photo);
  await measure(`${size} WebP`, await sharp(photo).webp({ effort: 2 }).toBuffer());
}
