/** The command that makes a model again, with everything that decides it, whatever the defaults will be by then. */
import { tuningFlags } from "../finetune/choice.ts";
import { headFlags } from "../head/choice.ts";
import type { TrainingOptions } from "../training.ts";

export type Commanded = Pick<
  TrainingOptions,
  | "name"
  | "backbone"
  | "ownBackbone"
  | "validation"
  | "seed"
  | "views"
  | "head"
  | "fineTune"
  | "multiLabel"
  | "publicPhotos"
>;

/** @param photos as the owner named them, and the table of labels where it lies elsewhere */
export const commandOf = (
  {
    name,
    backbone,
    ownBackbone = {},
    validation,
    seed,
    views,
    head,
    fineTune,
    multiLabel = false,
    publicPhotos = false,
  }: Commanded,
  { photos, labels }: { photos: string; labels?: string | undefined },
): string => {
  const { featureCut, size, crop, mean, std } = ownBackbone;
  const shares = (colours: readonly number[] | undefined) => colours?.map((colour) => colour / 255).join(",");
  const { kind, seed: _, ...settings } = { seed, ...head };
  const flags: Record<string, string | number | undefined> = {
    "--labels": labels,
    "--name": name,
    "--backbone": backbone,
    "--feature-cut": featureCut,
    "--input-size": size,
    "--crop": crop,
    "--mean": shares(mean),
    "--std": shares(std),
    "--head": kind,
    ...Object.fromEntries(
      Object.entries(settings).flatMap(([setting, value]) =>
        setting in headFlags ? [[headFlags[setting as keyof typeof headFlags], value]] : [],
      ),
    ),
    ...(fineTune &&
      Object.fromEntries(
        Object.entries(tuningFlags).map(([setting, flag]) => [flag, fineTune[setting as keyof typeof tuningFlags]]),
      )),
    "--views": views,
    "--validation": validation,
    "--seed": seed,
  };
  const given = Object.entries(flags).flatMap(([flag, value]) => (value === undefined ? [] : [flag, String(value)]));
  return [
    "npx whippet train",
    photos,
    ...given,
    ...(multiLabel ? ["--multi-label"] : []),
    ...(publicPhotos ? ["--public-photos"] : []),
  ]
    .map((word, at) => (at === 0 ? word : quoted(word)))
    .join(" ");
};

/** As a POSIX shell takes it for one word; `<photos>` is for people. */
const quoted = (word: string): string =>
  /^([\w@%+=:,./~-]+|<\w+>)$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
