/**
 * A form's boundary may have 1 to 70 characters (RFC 2046, 5.1.1), and Node's parser takes none of less than 27: a shorter one is
 * written longer, in the type and in the body.
 */
import { concatenate } from "../../shared/concatenate.ts";

const LEAST = 27;

/** What a short one is put behind; no photo holds it. */
const LONGER = "form-of-Whippet-7f3a91c2e5d8-";

const encode = (text: string): Uint8Array => Uint8Array.from(text, (letter) => letter.charCodeAt(0));

const startsAt = (body: Uint8Array, at: number, wanted: Uint8Array): boolean =>
  wanted.every((byte, index) => body[at + index] === byte);

/** Where `wanted` begins in `body`, from `from` on; -1 where it does not. */
const find = (body: Uint8Array, wanted: Uint8Array, from: number): number => {
  for (let at = body.indexOf(wanted[0]!, from); at >= 0; at = body.indexOf(wanted[0]!, at + 1))
    if (startsAt(body, at, wanted)) return at;
  return -1;
};

/** @param type `multipart/form-data; boundary=x` @returns the same form as it came, or with a longer boundary */
export const withLongBoundary = (
  type: string,
  body: Uint8Array<ArrayBuffer>,
): { type: string; body: Uint8Array<ArrayBuffer> } => {
  const [, quoted, plain] = /;\s*boundary=(?:"([^"]{1,70})"|([^\s;"]{1,70}))/i.exec(type) ?? [];
  const boundary = quoted ?? plain;
  if (boundary === undefined || boundary.length >= LEAST) return { type, body };
  const delimiter = encode(`--${boundary}`);
  const next = encode(`\r\n--${boundary}`);
  const pieces: Uint8Array[] = [];
  let at = 0;
  /** Goes on behind the two dashes of a delimiter. */
  const lengthen = (dashes: number) => {
    pieces.push(body.subarray(at, dashes + 2), encode(LONGER));
    at = dashes + 2;
  };
  // the first one may have nothing before it
  if (startsAt(body, 0, delimiter)) lengthen(0);
  for (let found = find(body, next, at); found >= 0; found = find(body, next, at)) lengthen(found + 2);
  pieces.push(body.subarray(at));
  return { type: `multipart/form-data; boundary="${LONGER}${boundary}"`, body: concatenate(pieces) };
};
