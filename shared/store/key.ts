/** Which keys a store takes: such as stay inside it, whether they become paths, URLs or object names. */

/** Segments that begin with a dot are the store's own (and `.` and `..`); the rest could not travel to every store. */
const segment = /^[^./\\\p{Cc}:][^/\\\p{Cc}:]*$/u;

export const isKey = (key: string): boolean => key.length <= 512 && key.split("/").every((part) => segment.test(part));

/**
 * Returns `key` itself.
 * @throws Error naming the key when a segment is empty, begins with a dot or holds `\`, `:` or a control character
 */
export const checkKey = (key: string): string => {
  if (isKey(key)) return key;
  throw new Error(
    `${JSON.stringify(key)} is not a key: write at most 512 characters as segments joined by "/", none of them empty, beginning with "." or holding "\\", ":" or control characters`,
  );
};
