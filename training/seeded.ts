/** Chance that can be repeated: a number that only its key decides, whatever was drawn before it. */
import { createHash } from "node:crypto";

/** In [0, 1). */
export const seeded = (key: string): number => createHash("sha256").update(key).digest().readUInt32BE() / 2 ** 32;
