/** Files that are two things at once: a photo to one reader, a program, a page or an archive to another. */
import { containerOf, insert, pngChunk, riffChunk, segment } from "./chunks.ts";
import type { Mutation } from "./damage.ts";

const latin = (text: string): Buffer => Buffer.from(text, "latin1");

const strangers = [
  latin("GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xff\xff\xff!\xf9\x04\x01\0\0\0\0,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;"),
  latin("%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\n"),
  latin("PK\x03\x04\x14\0\0\0\0\0"),
  latin("<html><script>alert(1)</script></html>"),
  latin('<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'),
  latin(`<?xml version="1.0"?>${"<!-- -->".repeat(3000)}`),
  latin(`<?xml ${" ".repeat(30_000)}`),
  latin("II*\0\x08\0\0\0"),
  latin("BM\0\0\0\0\0\0\0\0"),
  latin("\0\0\0\x18ftypheic\0\0\0\0mif1heic"),
  latin("\0\0\0\x18ftypavif\0\0\0\0mif1avif"),
  latin("\xff\x0a"),
  latin("#!/bin/sh\necho no\n"),
  latin("MZ\x90\0"),
  latin("\x7fELF"),
];

const hidden = (photo: Buffer, stranger: Buffer): Buffer =>
  insert(
    photo,
    {
      jpeg: () => segment(0xfe, stranger.subarray(0, 65_000)),
      png: () => pngChunk("tEXt", Buffer.concat([latin("a\0"), stranger])),
      webp: () => riffChunk("JUNK", stranger),
    }[containerOf(photo)](),
  );

export const polyglot: Mutation = (photo, dice, others) => {
  const stranger = dice.chance(0.7) ? dice.oneOf(strangers) : dice.oneOf(others);
  return dice.oneOf([
    () => Buffer.concat([stranger, photo]),
    () => Buffer.concat([photo, stranger]),
    () => hidden(photo, stranger),
    // the first bytes of one over those of the other
    () => Buffer.concat([stranger.subarray(0, 16), photo.subarray(Math.min(16, stranger.length))]),
  ])();
};
