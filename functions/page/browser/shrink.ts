/**
 * Photos are made smaller before they travel: a model sees a few hundred pixels a side, and a phone's photo has thousands. What
 * is kept is enough for the pixel path to do its own resizing from.
 */

/** Pixels of the long side that a photo may keep. */
const LONG = 1600;
/** Side of a model's input that is not known: larger than any embedded one's, and what is shrunk for it is enough for them. */
const USUAL_INPUT = 260;
/** JPEG's, of a browser's encoder, from 0 to 1. */
const QUALITY = 0.92;

/**
 * The size at which a photo travels.
 * @param input side of the model's square input in pixels; the short side keeps at least twice that
 * @returns undefined where the photo is small enough as it is
 */
export const shrunkSize = (
  { width, height }: { width: number; height: number },
  input: number,
): { width: number; height: number } | undefined => {
  const scale = Math.max(LONG / Math.max(width, height), (2 * input) / Math.min(width, height));
  return scale >= 1 ? undefined : { width: Math.round(width * scale), height: Math.round(height * scale) };
};

/**
 * @param input as above
 * @returns the photo upright and smaller; the same file where it is small enough, or this browser cannot read it
 */
export const shrink = async (file: Blob, input = USUAL_INPUT): Promise<Blob> => {
  const photo = await createImageBitmap(file).catch(() => undefined);
  if (!photo) return file;
  try {
    const size = shrunkSize(photo, input);
    if (!size) return file;
    const canvas = document.createElement("canvas");
    Object.assign(canvas, size);
    const context = canvas.getContext("2d", { alpha: false })!;
    context.imageSmoothingQuality = "high";
    // where a photo is transparent the pixel path shows white
    context.fillStyle = "#fff";
    context.fillRect(0, 0, size.width, size.height);
    context.drawImage(photo, 0, 0, size.width, size.height);
    const small = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY));
    return small && small.size < file.size ? small : file;
  } finally {
    photo.close();
  }
};
