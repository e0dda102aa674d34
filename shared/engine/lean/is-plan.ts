/** Which of a model's files are for the lean engine. */
import { magic } from "./format.ts";

/** Every plan's file in a published version. */
export const planFile = "model.plan";

/** Told by the name alone, before the file is fetched. */
export const isPlanFile = (path: string): boolean => path === planFile;

/** Told by the first bytes, since a name can be wrong. */
export const isPlan = (bytes: Uint8Array): boolean => magic.every((byte, i) => bytes[i] === byte);
