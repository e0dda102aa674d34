/** Where photos lie that someone put right, `feedback/NAME/LABEL/SHA256.EXT`: servers write them, training reads them. */
import { modelPrefix } from "./registry/keys.ts";

/** @throws Problem 404 when `name` can be no model's name */
export const feedbackPrefix = (name: string): string => modelPrefix(name).replace(/^models\//, "feedback/");

/** One segment of a key, whatever the label holds. */
const encode = (label: string): string => encodeURIComponent(label).replace(/^\./, "%2E");

export const feedbackKey = (name: string, label: string, file: string): string =>
  `${feedbackPrefix(name)}${encode(label)}/${file}`;

export const isFeedbackFile = (file: string): boolean => /^[0-9a-f]{64}\.(jpg|png|webp)$/.test(file);

/** Undefined for a key of another kind. */
export const parseFeedbackKey = (key: string): { label: string; file: string } | undefined => {
  const [, , label, file, ...more] = key.split("/");
  if (label === undefined || file === undefined || more.length > 0 || !isFeedbackFile(file)) return undefined;
  try {
    return { label: decodeURIComponent(label), file };
  } catch {
    return undefined;
  }
};
