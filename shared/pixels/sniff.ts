/** Decides from its bytes what a photo is, and reads its header. The file's name and content type are not asked. */
import { Problem } from "../problem.ts";
import { ByteReader } from "./bytes.ts";
import { formatNames, type Header } from "./header.ts";
import { readJpegHeader } from "./jpeg-header.ts";
import { otherFormat } from "./other-formats.ts";
import { readPngHeader } from "./png-header.ts";
import { readWebpHeader } from "./webp-header.ts";

const PNG_SIGNATURE = "\x89PNG\r\n\x1a\n";
const weRead = Object.values(formatNames).join(", ");

/** What to do about a format we don't read. */
const fixes: Record<string, string> = {
  HEIC: "export it as JPEG (on an iPhone: Settings, Camera, Formats, Most Compatible)",
  GIF: "send one of its frames as PNG",
  SVG: "export it as PNG",
  PDF: "export the page as PNG",
  video: "send one of its frames as JPEG",
};

/**
 * @param photo the whole file, or at least all of its header
 * @throws Problem 400 (empty, not an image, a header that is damaged or cut off) or 415 (a format, or a kind of JPEG or
 *   WebP, that we don't read)
 */
export const sniff = (photo: Uint8Array): Header => {
  if (photo.length === 0) throw new Problem(400, "the photo is empty (0 bytes); send the file's bytes");
  const start = new ByteReader(photo, "file").text(0, 12);
  if (start.startsWith("\xff\xd8\xff")) return readJpegHeader(new ByteReader(photo, formatNames.jpeg));
  if (start.startsWith(PNG_SIGNATURE)) return readPngHeader(new ByteReader(photo, formatNames.png));
  if (start.startsWith("RIFF") && start.endsWith("WEBP"))
    return readWebpHeader(new ByteReader(photo, formatNames.webp));
  const other = otherFormat(photo);
  if (other)
    throw new Problem(415, `this is a ${other} file; we read ${weRead}: ${fixes[other] ?? "export it as JPEG or PNG"}`);
  throw new Problem(400, `these ${photo.length} bytes are not an image that we know of; we read ${weRead}`);
};
