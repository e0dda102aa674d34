/**
 * TensorBoard's event files: TFRecords of Event messages. A record is its length (8 bytes, little-endian), the length's masked
 * CRC-32C, the message, the message's masked CRC-32C. Sources: tensorflow/core/lib/io/record_writer.h and
 * tensorflow/core/util/event.proto.
 */

/** An Event that opens a file. */
export const versionRecord = (time: number): Uint8Array =>
  record(message([field(1, double(time)), field(3, text("brain.Event:2"))]));

/** An Event that says what some scalars were at a step. @param time seconds since 1970 */
export const scalarRecord = (time: number, step: number, scalars: Readonly<Record<string, number>>): Uint8Array => {
  const values = Object.entries(scalars).map(([tag, value]) =>
    field(1, bytes(message([field(1, text(tag)), field(2, float(value))]))),
  );
  return record(message([field(1, double(time)), field(2, varint(step)), field(5, bytes(message(values)))]));
};

/** A protocol buffer's wire type, and the value's bytes. */
type Wire = readonly [type: 0 | 1 | 2 | 5, value: Uint8Array];

const view = (size: number, write: (view: DataView) => void): Uint8Array => {
  const value = new Uint8Array(size);
  write(new DataView(value.buffer));
  return value;
};
const double = (value: number): Wire => [1, view(8, (out) => out.setFloat64(0, value, true))];
const float = (value: number): Wire => [5, view(4, (out) => out.setFloat32(0, value, true))];
const digits = (value: number): Uint8Array => {
  const out: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return Uint8Array.from([...out, rest]);
    out.push((rest % 128) | 128);
  }
};
const varint = (value: number): Wire => [0, digits(value)];
const bytes = (value: Uint8Array): Wire => [2, Buffer.concat([digits(value.length), value])];
const text = (value: string): Wire => bytes(new TextEncoder().encode(value));
const field = (number: number, [type, value]: Wire): Uint8Array => Buffer.concat([digits(number * 8 + type), value]);
const message = (fields: readonly Uint8Array[]): Uint8Array => Buffer.concat(fields);

const record = (data: Uint8Array): Uint8Array => {
  const length = view(8, (out) => out.setBigUint64(0, BigInt(data.length), true));
  return Buffer.concat([length, masked(length), data, masked(data)]);
};

const masked = (data: Uint8Array): Uint8Array => {
  const crc = crc32c(data);
  const rotated = ((crc >>> 15) | (crc << 17)) >>> 0;
  return view(4, (out) => out.setUint32(0, (rotated + 0xa282ead8) >>> 0, true));
};

/** Castagnoli's polynomial, reflected (RFC 3720, appendix B.4). */
const table = Uint32Array.from({ length: 256 }, (_, index) => {
  let crc = index;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
  return crc;
});

export const crc32c = (data: Uint8Array): number => {
  let crc = 0xffffffff;
  for (const byte of data) crc = (crc >>> 8) ^ table[(crc ^ byte) & 255]!;
  return ~crc >>> 0;
};
