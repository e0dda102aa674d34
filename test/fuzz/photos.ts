/** Small sound photos of every kind that is read: what mutations start from. */
import { draw } from "../drawing.ts";

const small = (seed: number) => draw("stars", seed, 120, 90);

const encoded = [
  small(1).jpeg(),
  small(2).jpeg({ progressive: true }),
  small(3).jpeg({ chromaSubsampling: "4:4:4" }),
  small(4).grayscale().jpeg(),
  small(5).toColourspace("cmyk").jpeg(),
  small(6).jpeg({ quality: 100, optimiseCoding: false }),
  small(7).withMetadata({ orientation: 6, density: 72 }).jpeg(),
  small(8)
    .withExif({ IFD0: { Make: "whippet", ImageDescription: "a star ".repeat(200) } })
    .withIccProfile("p3")
    .jpeg(),
  small(9)
    .withXmp(`<x:xmpmeta xmlns:x="adobe:ns:meta/">${" ".repeat(2000)}</x:xmpmeta>`)
    .jpeg(),
  small(10).png(),
  small(11).png({ palette: true }),
  small(12).png({ progressive: true }),
  small(13).grayscale().png(),
  small(14).ensureAlpha(0.5).png(),
  small(15).toColourspace("rgb16").png(),
  small(16).withMetadata({ orientation: 8 }).png(),
  small(17).webp(),
  small(18).webp({ lossless: true }),
  small(19).ensureAlpha(0.5).webp(),
  small(20).withMetadata({ orientation: 3 }).withIccProfile("srgb").webp(),
];

export const soundPhotos = async (): Promise<Buffer[]> => Promise.all(encoded.map((photo) => photo.toBuffer()));
