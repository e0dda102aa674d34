/** Which of a model's files are for the lean engine: told by their first bytes, since a name can be wrong. */
import { magic } from "./plan.ts";

export const isPlan = (bytes: Uint8Array): boolean => magic.every((byte, i) => bytes[i] === byte);
