/** The pictures of a report: photos that it names, heat maps of its mistakes, a batch as loaded and as augmented. */
import type { TrainingFacts } from "../../shared/training-facts.ts";
import { augmentedView } from "../augment/augmentation.ts";
import type { Photo } from "../dataset/dataset.ts";
import type { Head } from "../head/head.ts";
import { type HeatMapOptions, mapLabels } from "./heat-maps.ts";
import { heatOverlay } from "./heat-overlay.ts";
import { asDataUri, PICTURE_SIDE, takePictures } from "./pictures.ts";
import type { Pictures } from "./view.ts";

/** Looks that a batch shows beside the plain one. */
const LOOKS = 2;

export interface IllustrationOptions extends HeatMapOptions {
  facts: TrainingFacts;
  labels: readonly string[];
  photos: readonly Photo[];
  /** The head that judged a photo. */
  headOf(photo: Photo): Head | undefined;
  seed: number;
}

export const illustrate = async (options: IllustrationOptions): Promise<Pictures> => {
  const { facts, labels, photos, headOf, seed, backbone } = options;
  const { mistakes, leastCertain, confused, batch } = facts;
  const photoOf = new Map(photos.map((photo) => [photo.sha256, photo]));
  const take = (looks: Parameters<typeof takePictures>[0]) =>
    takePictures(looks, { ...options, input: backbone.input });

  const shown = [
    ...new Set(
      [
        ...mistakes,
        ...leastCertain,
        ...confused.flatMap(({ examples, like }) => (like ? [...examples, like] : examples)),
      ].map(({ sha256 }) => sha256),
    ),
  ];
  const taken = await take(shown.map((sha256) => ({ path: photoOf.get(sha256)!.path, views: [{}] })));
  const pixels = new Map(shown.flatMap((sha256, at) => taken[at]!.map((picture) => [sha256, picture] as const)));
  const plain = new Map<string, string>();
  for (const [sha256, picture] of pixels) plain.set(sha256, await asDataUri(picture));

  const asked = mistakes.flatMap(({ sha256, answer, label }) => {
    const photo = photoOf.get(sha256)!;
    const head = headOf(photo);
    return head && pixels.has(sha256)
      ? [
          {
            sha256,
            path: photo.path,
            head,
            labels: [answer, label].map((name) => labels.indexOf(name)).filter((at) => at >= 0),
          },
        ]
      : [];
  });
  const maps = await mapLabels(asked, options);
  const heat: Map<string, { answer: string; label?: string }> = new Map();
  for (const [at, { sha256 }] of asked.entries()) {
    const [answer, label] = await Promise.all(
      maps[at]!.map(async (map) => asDataUri(pixels.get(sha256)!, await heatOverlay(map, square))),
    );
    if (answer !== undefined) heat.set(sha256, { answer, ...(label !== undefined && { label }) });
  }

  const loaded = await take(
    batch.photos.map((sha256) => ({
      path: photoOf.get(sha256)!.path,
      views: Array.from({ length: 1 + LOOKS }, (_, look) => augmentedView({ sha256 }, look, seed)),
    })),
  );
  const whole = loaded.filter((looks) => looks.length > 0);
  const rows = Array.from({ length: 1 + LOOKS }, (_, look) => whole.map((looks) => looks[look]!));
  return {
    plain,
    heat,
    batch: await Promise.all(rows.map((row) => Promise.all(row.map((picture) => asDataUri(picture))))),
  };
};

const square = { width: PICTURE_SIDE, height: PICTURE_SIDE };
