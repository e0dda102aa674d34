/** The part of a file that a request asks for by `Range`. Source: RFC 9110, section 14. */
import { Problem } from "../../shared/problem.ts";
import { problemResponse } from "./problems.ts";

/** Of what never changes under its address. */
export const IMMUTABLE = "public, max-age=31536000, immutable";

/** One range of bytes, from `start` up to, not including, `end`. */
interface Part {
  start: number;
  end: number;
}

/** A range of another unit, or several of them, is as good as none: RFC 9110 lets a server answer whole. */
const rangePattern = /^bytes=(?:(\d+)-(\d*)|-(\d+))$/i;

const rangeIn = (range: string | undefined, size: number): Part | "unsatisfiable" | undefined => {
  const [matched, first, last, suffix] = rangePattern.exec(range?.replaceAll(" ", "") ?? "") ?? [];
  if (matched === undefined) return undefined;
  const start = first === undefined ? Math.max(0, size - Number(suffix)) : Number(first);
  const end = first === undefined || !last ? size : Math.min(Number(last) + 1, size);
  return start < end ? { start, end } : "unsatisfiable";
};

/** What to answer of a file: a part, the whole (undefined), or this problem. */
export type Wanted = Part | Response | undefined;

/**
 * What a request asks for of `size` bytes. A part longer than `most` ends earlier, as RFC 9110 (15.3.7) allows; `Content-Range`
 * says where, and the next request goes on from there.
 *
 * @param most bytes that the platform can carry in one answer
 * @throws Problem 413 when the whole is asked for and cannot be carried
 */
export const wantedOf = (size: number, { range, most }: { range: string | undefined; most: number }): Wanted => {
  const part = rangeIn(range, size);
  if (part === "unsatisfiable") {
    const detail = `the range is ${range}, and the file has ${size} bytes; ask for bytes=0-${size - 1} at most`;
    return problemResponse(new Problem(416, detail), { "content-range": `bytes */${size}` });
  }
  if (part) return { start: part.start, end: Math.min(part.end, part.start + most) };
  if (size <= most) return undefined;
  throw new Problem(
    413,
    `the file has ${size} bytes, and at most ${most} can be answered at once here; ask for it in parts, first with the header Range: bytes=0-${most - 1}`,
    { title: "File too large for one answer" },
  );
};

/** 206 with `bytes`, those of a part of `size`. */
export const answerPart = (
  bytes: Uint8Array,
  { start, end }: Part,
  size: number,
  headers: Record<string, string>,
): Response =>
  new Response(bytes as Uint8Array<ArrayBuffer>, {
    status: 206,
    headers: { ...headers, "accept-ranges": "bytes", "content-range": `bytes ${start}-${end - 1}/${size}` },
  });

/**
 * The answer to a request for `bytes`: whole, or the part that it asks for.
 *
 * @returns 200, 206, or 416 when nothing of the file lies in the range
 * @throws Problem as `wantedOf`
 */
export const answerInParts = (
  bytes: Uint8Array,
  { headers, ...asked }: { range: string | undefined; most: number; headers: Record<string, string> },
): Response => {
  const wanted = wantedOf(bytes.length, asked);
  if (wanted instanceof Response) return wanted;
  if (wanted) return answerPart(bytes.subarray(wanted.start, wanted.end), wanted, bytes.length, headers);
  return new Response(bytes as Uint8Array<ArrayBuffer>, { headers: { ...headers, "accept-ranges": "bytes" } });
};
