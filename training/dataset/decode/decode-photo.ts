/**
 * A training photo's pixels. What is served goes through the shared path; for the other kinds only the decoding is apart, and
 * gives upright RGB: cropping, resizing and all after it are shared.
 */
import type { Codecs } from "../../../shared/pixels/codecs.ts";
import { type Decoded, decodePhoto } from "../../../shared/pixels/decode.ts";
import { checkBytes, type Limits } from "../../../shared/pixels/limits.ts";
import type { InputSpec, Pixels } from "../../../shared/pixels/pixels.ts";
import { decodeHeic } from "./heic.ts";
import { heicDecoder } from "./heic-decoder.ts";
import { type OtherKind, otherKind, requireHeic } from "./other-kinds.ts";
import { decodeWithSharp } from "./with-sharp.ts";

/**
 * @param input decides how small a JPEG may be decoded
 * @throws Problem as `decodePhoto` does; 415 for a HEIC with the command that lets it be read
 */
export const decodeTrainingPhoto = async (
  photo: Uint8Array,
  input: InputSpec,
  codecs: Codecs,
  limits: Limits,
): Promise<Omit<Decoded, "format">> => {
  const kind = otherKind(photo);
  if (kind === undefined) return decodePhoto(photo, input, codecs, limits);
  checkBytes(photo.length, limits);
  const pixels = await decodeOther(kind, photo, limits);
  return { pixels, scale: 1, orientation: 1, width: pixels.width, height: pixels.height };
};

const decodeOther = (kind: OtherKind, photo: Uint8Array, limits: Limits): Promise<Pixels> =>
  kind === "heic"
    ? decodeHeic(photo, requireHeic(heicDecoder()), limits)
    : decodeWithSharp(photo, kind.toUpperCase(), limits);
