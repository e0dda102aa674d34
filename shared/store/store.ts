/**
 * One interface over every object store that models live in: a folder (`file:`), a Worker's R2 binding, S3.
 * Keys are `/`-separated, never absolute, and no segment is empty or begins with a dot (see key.ts).
 */

export interface StoredObject {
  bytes: Uint8Array;
  /** Changes whenever the content does; opaque, unquoted. */
  etag: string;
}

/** Bytes of an object, from the first one asked for to the last one asked for or there. */
export interface StoredPart {
  bytes: Uint8Array;
  /** Bytes of the whole object. */
  size: number;
}

export interface ListedObject {
  key: string;
  bytes: number;
  /** When it was written last. */
  modified: Date;
}

export interface PutOptions {
  contentType?: string;
  /** `"absent"`: only if there is no such object. An etag: only if that is still the object's. Otherwise: always. */
  only?: "absent" | { etag: string };
}

export interface Store {
  /** As people write it, `file:.whippet/store`, `s3://bucket` or `r2:MODELS`; for messages. */
  readonly url: string;
  /**
   * The object, `undefined` when there is none, `"unchanged"` when `unless` is still its etag.
   * One read sees one write whole, never a mixture of two.
   */
  get(key: string): Promise<StoredObject | undefined>;
  get(key: string, unless: string | undefined): Promise<StoredObject | "unchanged" | undefined>;
  /**
   * Bytes `start` up to, not including, `end` of an object, without reading the others; `undefined` when there is none. A part
   * that begins beyond the object's end is empty.
   */
  getPart(key: string, start: number, end: number): Promise<StoredPart | undefined>;
  /**
   * Writes whole or not at all.
   * @throws ConflictError when `only` does not hold and the object's bytes are not already these. (A client that repeats
   * a conditional write after a lost answer meets its own success; so equal bytes are success, and a write that must
   * exclude another needs bytes that no other writer has.)
   */
  put(key: string, bytes: Uint8Array, options?: PutOptions): Promise<{ etag: string }>;
  /** Every object whose key begins with `prefix`, sorted by key. */
  list(prefix: string): Promise<ListedObject[]>;
  /** Removes objects; one that is not there is no error. */
  remove(keys: readonly string[]): Promise<void>;
  /** Clears what killed writers left behind before `olderThan`; says how many files. Absent where nothing can be left. */
  sweep?(olderThan: Date): Promise<number>;
}

/** A conditional write met another writer's. */
export class ConflictError extends Error {
  override readonly name = "ConflictError";
  readonly key: string;

  constructor(key: string, options?: ErrorOptions) {
    super(`${key} was written by someone else in the meantime; read it again and repeat the change`, options);
    this.key = key;
  }
}
