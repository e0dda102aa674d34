/** Reads numbers out of an untrusted file. Past its end there is nothing to read: that is the photo's fault, and is said so. */
import { Problem } from "../problem.ts";

export class ByteReader {
  readonly bytes: Uint8Array;
  /** Of the file, for the message: `JPEG`. */
  readonly format: string;

  constructor(bytes: Uint8Array, format: string) {
    this.bytes = bytes;
    this.format = format;
  }

  get length(): number {
    return this.bytes.length;
  }

  /** @throws Problem 400 when the file is shorter than `end` bytes */
  need(end: number): void {
    if (end > this.bytes.length)
      throw new Problem(
        400,
        `the ${this.format} is cut off: it has ${this.bytes.length} bytes and its header asks for ${end}; send the whole file`,
      );
  }

  byte(at: number): number {
    this.need(at + 1);
    return this.bytes[at]!;
  }

  big16(at: number): number {
    this.need(at + 2);
    return (this.bytes[at]! << 8) | this.bytes[at + 1]!;
  }

  big32(at: number): number {
    return this.big16(at) * 0x10000 + this.big16(at + 2);
  }

  little16(at: number): number {
    this.need(at + 2);
    return this.bytes[at]! | (this.bytes[at + 1]! << 8);
  }

  little24(at: number): number {
    return this.little16(at) + this.byte(at + 2) * 0x10000;
  }

  little32(at: number): number {
    return this.little16(at) + this.little16(at + 2) * 0x10000;
  }

  /** `length` bytes as Latin-1 text; shorter at the end of the file. */
  text(at: number, length: number): string {
    return String.fromCharCode(...this.bytes.subarray(at, at + length));
  }
}
