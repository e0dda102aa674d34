/**
 * A camera's photo, decoded here by the server's own decoder at the scale at which the server would decode it, and sent without
 * loss: the model gets the pixels that it would have got from the whole file, to the bit. Any other way to make a photo smaller
 * turns about one best label in a hundred, as does looking one pixel of 4000 beside: those whose two best labels lie together.
 */
import jpeg from "@cwasm/jpeg-turbo/jpeg-turbo.wasm?asset";
import { dctScale } from "../../../../shared/pixels/dct-scale.ts";
import { decodeJpeg } from "../../../../shared/pixels/jpeg.ts";
import { type Turn, turnOf } from "../../../../shared/pixels/orientation.ts";
import type { InputSpec, Pixels } from "../../../../shared/pixels/pixels.ts";
import { sniff } from "../../../../shared/pixels/sniff.ts";

let codec: Promise<WebAssembly.Module> | undefined;

/** Loaded once; anew where it did not come. */
const loadCodec = (): Promise<WebAssembly.Module> => {
  codec ??= WebAssembly.compileStreaming(fetch(jpeg.url)).catch((error: unknown) => {
    codec = undefined;
    throw error;
  });
  return codec;
};

/** Upright, and as a canvas has it. */
const imageOf = ({ data, width, height }: Pixels, { mirrorX, mirrorY, transposed }: Turn): ImageData => {
  const image = transposed ? new ImageData(height, width) : new ImageData(width, height);
  // how far a step along the upright row, and one down the upright column, goes among the stored pixels
  const [right, down] = [mirrorX ? -1 : 1, mirrorY ? -width : width];
  const [along, below] = transposed ? [down, right] : [right, down];
  const first = (mirrorX ? width - 1 : 0) + (mirrorY ? (height - 1) * width : 0);
  for (let y = 0, to = 0; y < image.height; y++)
    for (let x = 0, from = first + y * below; x < image.width; x++, from += along, to += 4) {
      image.data[to] = data[3 * from]!;
      image.data[to + 1] = data[3 * from + 1]!;
      image.data[to + 2] = data[3 * from + 2]!;
      image.data[to + 3] = 255;
    }
  return image;
};

/** WebP, which is smaller, where this browser writes it without loss; else PNG. */
const written = async (image: ImageData): Promise<Blob> => {
  const canvas = new OffscreenCanvas(image.width, image.height);
  canvas.getContext("2d", { alpha: false })!.putImageData(image, 0, 0);
  const webp = await canvas.convertToBlob({ type: "image/webp", quality: 1 });
  const header = sniff(new Uint8Array(await webp.arrayBuffer()));
  const exact = header.format === "webp" && header.lossless;
  return exact ? webp : canvas.convertToBlob({ type: "image/png" });
};

/**
 * @param input of the model that is to see it
 * @returns undefined for what the server would decode in full
 * @throws Problem for no photo; Error when it is damaged, or there is no memory for it
 */
export const decodeAhead = async (photo: Blob, input: InputSpec): Promise<Blob | undefined> => {
  const bytes = new Uint8Array(await photo.arrayBuffer());
  const header = sniff(bytes);
  if (header.format !== "jpeg") return undefined;
  const scale = dctScale(header, input);
  const turn = turnOf(header.orientation);
  // what rounding up adds would come to lie at the left or the top
  const before = (turn.mirrorX && header.width % scale > 0) || (turn.mirrorY && header.height % scale > 0);
  if (scale === 1 || before) return undefined;
  return written(imageOf(decodeJpeg(await loadCodec(), bytes, header, scale), turn));
};
