/** Image formats that we recognise by their bytes only to say what they are, and what to send instead. */
import { ByteReader } from "./bytes.ts";

/** ISO base media "brands" (bytes 8 to 11 after `ftyp`) and what they stand for. */
const brands: Record<string, string> = {
  avif: "AVIF",
  avis: "AVIF",
  heic: "HEIC",
  heix: "HEIC",
  heim: "HEIC",
  heis: "HEIC",
  hevc: "HEIC",
  hevx: "HEIC",
  mif1: "HEIF",
  msf1: "HEIF",
};

const signatures: readonly (readonly [start: string, name: string])[] = [
  ["GIF87a", "GIF"],
  ["GIF89a", "GIF"],
  ["II*\0", "TIFF"],
  ["MM\0*", "TIFF"],
  ["II+\0", "TIFF"],
  ["MM\0+", "TIFF"],
  ["BM", "BMP"],
  ["%PDF-", "PDF"],
  ["8BPS", "Photoshop document"],
  ["\0\0\x01\0", "Windows icon"],
  ["\xff\x0a", "JPEG XL"],
  ["\0\0\0\x0cJXL ", "JPEG XL"],
  ["\0\0\0\x0cjP  ", "JPEG 2000"],
  ["\xff\x4f\xff\x51", "JPEG 2000"],
];

/** The major brand counts unless it is the general `mif1`; then the first compatible brand that says more. */
const mediaFormat = (reader: ByteReader): string => {
  const end = Math.min(reader.big32(0), reader.length, 256);
  const found = [reader.text(8, 4)];
  for (let at = 16; at + 4 <= end; at += 4) found.push(reader.text(at, 4));
  const names = found.map((brand) => brands[brand]).filter((name) => name !== undefined);
  return names.find((name) => name !== "HEIF") ?? names[0] ?? "video";
};

/** The format's name, `undefined` when these bytes are no image that we know of. */
export const otherFormat = (bytes: Uint8Array): string | undefined => {
  const reader = new ByteReader(bytes, "file");
  const start = reader.text(0, 16);
  const known = signatures.find(([signature]) => start.startsWith(signature));
  if (known) return known[1];
  if (start.slice(4, 8) === "ftyp" && bytes.length >= 12) return mediaFormat(reader);
  // an SVG may begin with a byte order mark, an XML declaration and comments
  const text = new TextDecoder().decode(bytes.subarray(0, 1024)).trimStart();
  return text.startsWith("<") && /<svg[\s>]/i.test(text) ? "SVG" : undefined;
};
