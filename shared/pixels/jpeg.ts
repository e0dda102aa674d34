/** Decodes a JPEG with libjpeg-turbo's TurboJPEG interface, at its defaults: exact inverse DCT, smooth chroma upsampling. */
import { cmykToRgb } from "./cmyk.ts";
import { instantiate } from "./codecs.ts";
import type { DctScale } from "./dct-scale.ts";
import type { JpegHeader } from "./header.ts";
import type { Pixels } from "./pixels.ts";

/** Pixel formats of turbojpeg.h. */
const TJPF_RGB = 0;
const TJPF_CMYK = 11;

interface TurboJpeg {
  memory: WebAssembly.Memory;
  malloc(bytes: number): number;
  tjInitDecompress(): number;
  tjDecompressHeader3(
    decoder: number,
    photo: number,
    bytes: number,
    width: number,
    height: number,
    subsampling: number,
    colourSpace: number,
  ): number;
  tjDecompress2(
    decoder: number,
    photo: number,
    bytes: number,
    pixels: number,
    width: number,
    bytesPerRow: number,
    height: number,
    pixelFormat: number,
    flags: number,
  ): number;
}

const stop = (what: string) => () => {
  throw new Error(`libjpeg-turbo stopped: ${what}`);
};

/** libjpeg reports errors by longjmp; there is nothing to come back to here, so it ends the call. */
const imports = {
  env: { setjmp: () => 0, longjmp: stop("corrupt data") },
  wasi_snapshot_preview1: {
    environ_sizes_get: () => 0,
    environ_get: stop("environ_get"),
    proc_exit: stop("exit"),
    fd_close: stop("fd_close"),
    fd_seek: stop("fd_seek"),
    // where libjpeg writes its warnings
    fd_write: () => 0,
  },
};

/**
 * @returns RGB, a view of the decoder's memory, `ceil(width / scale)` x `ceil(height / scale)`
 * @throws Error when the data is corrupt, ends early, or makes libjpeg warn
 */
export const decodeJpeg = (
  module: WebAssembly.Module,
  photo: Uint8Array,
  header: JpegHeader,
  scale: DctScale,
): Pixels => {
  const turbo = instantiate<TurboJpeg>(module, imports);
  const allocate = (bytes: number): number => {
    const at = turbo.malloc(bytes);
    if (at === 0) throw new Error(`no ${bytes} bytes left`);
    return at;
  };
  const source = allocate(photo.length);
  new Uint8Array(turbo.memory.buffer, source, photo.length).set(photo);
  const decoder = turbo.tjInitDecompress();
  const answers = allocate(16);
  if (turbo.tjDecompressHeader3(decoder, source, photo.length, answers, answers + 4, answers + 8, answers + 12) !== 0)
    throw new Error("libjpeg-turbo does not accept the header");
  const [storedWidth, storedHeight] = new Int32Array(turbo.memory.buffer, answers, 2);
  if (storedWidth !== header.width || storedHeight !== header.height)
    throw new Error(`libjpeg-turbo reads ${storedWidth} x ${storedHeight} pixels`);

  const width = Math.ceil(header.width / scale);
  const height = Math.ceil(header.height / scale);
  const inks = header.sampling.length === 4;
  const channels = inks ? 4 : 3;
  const target = allocate(width * height * channels);
  const format = inks ? TJPF_CMYK : TJPF_RGB;
  const failed = turbo.tjDecompress2(decoder, source, photo.length, target, width, width * channels, height, format, 0);
  if (failed !== 0) throw new Error("libjpeg-turbo met corrupt or missing data");
  const data = new Uint8Array(turbo.memory.buffer, target, width * height * channels);
  return { data: inks ? cmykToRgb(data, header.adobe) : data, width, height };
};
