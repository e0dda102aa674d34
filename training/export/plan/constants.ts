/** The constants of a plan, one after the other, each aligned; equal ones are stored once. */
import type { ConstantOffset } from "../../../shared/engine/lean/plan.ts";
import { bytesOf } from "../../../shared/hash.ts";

/** Bytes; SIMD loads of whole vectors stay within one line of the cache. */
const ALIGNMENT = 16;

export interface ConstantPool {
  add(numbers: Int8Array | Uint8Array | Int32Array | Float32Array): ConstantOffset;
  bytes(): Uint8Array;
}

export const createConstantPool = (): ConstantPool => {
  const chunks: { offset: number; bytes: Uint8Array }[] = [];
  const known = new Map<string, ConstantOffset>();
  let end = 0;
  return {
    add(numbers) {
      const bytes = bytesOf(numbers).slice();
      // small ones alone repeat: tables and biases
      const key = bytes.length <= 4096 ? Buffer.from(bytes).toString("latin1") : undefined;
      const found = key === undefined ? undefined : known.get(key);
      if (found !== undefined) return found;
      const offset = Math.ceil(end / ALIGNMENT) * ALIGNMENT;
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
