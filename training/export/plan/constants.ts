/** The constants of a plan, one after the other, each aligned; equal ones are stored once. */
import type { ConstantOffset } from "../../../shared/engine/lean/operators.ts";
import { bytesOf } from "../../../shared/hash.ts";

/** Bytes; SIMD loads of whole vectors stay within one line of the cache. */
const ALIGNMENT = 16;

/** Bytes of eight floats, at which a tensor of them begins. */
export const tensorAlignment = 32;

export interface ConstantPool {
  add(numbers: Int8Array | Uint8Array | Int32Array | Float32Array, alignment?: number): ConstantOffset;
  bytes(): Uint8Array;
}

export const createConstantPool = (): ConstantPool => {
  const chunks: { offset: number; bytes: Uint8Array }[] = [];
  const known = new Map<string, ConstantOffset>();
  let end = 0;
  return {
    add(numbers, alignment = ALIGNMENT) {
      const bytes = bytesOf(numbers).slice();
      // small ones alone repeat: tables and biases
      const key = bytes.length <= 4096 ? Buffer.from(bytes).toString("latin1") : undefined;
      const found = key === undefined ? undefined : known.get(key);
      if (found !== undefined && found % alignment === 0) return found;
      const offset = Math.ceil(end / alignment) * alignment;
      chunks.push({ offset, bytes });
      if (key !== undefined) known.set(key, offset);
      end = offset + bytes.length;
      return offset;
    },
    bytes() {
      const all = new Uint8Array(Math.ceil(end / ALIGNMENT) * ALIGNMENT);
      for (const { offset, bytes } of chunks) all.set(bytes, offset);
      return all;
    },
  };
};
