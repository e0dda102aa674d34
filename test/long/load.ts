/** Many clients at once, for a while, on a server whose model is promoted and rolled back under them. */
import { setTimeout as sleep } from "node:timers/promises";
import { systemClock } from "../../shared/classifier/clock.ts";
import { pointAt } from "../../shared/registry/promote.ts";
import type { Store } from "../../shared/store/store.ts";
import { draw } from "../drawing.ts";

const CLIENTS = 64;
const SECONDS = 60;
/** Promotions, each followed by a rollback. */
const SWAPS = 10;
/** Seconds that one of the promotions lasts: servers on a bucket look for one once in 25. */
const LONGEST = 32;

export interface UnderLoad {
  /** Sends a photo to `/classify?trace=1`. */
  classify(photo: Uint8Array<ArrayBuffer>): Promise<Response>;
  store: Store;
  model: string;
  /** The version that answers, and the one that is promoted and rolled back. */
  first: string;
  other: string;
}

export interface LoadReport {
  answers: number;
  /** That are no answers: statuses with bodies, and failed connections. */
  errors: string[];
  /** For each version and photo every different answer that was given. */
  given: Map<string, Set<string>>;
  /** That answered, with how often. */
  versions: Map<string, number>;
}

export const loadPhotos = (): Promise<Uint8Array<ArrayBuffer>[]> =>
  Promise.all(
    (["stars", "circles", "squares", "triangles"] as const).flatMap((kind, i) => [
      draw(kind, i, 320, 240).jpeg().toBuffer(),
      draw(kind, i, 200, 300).png().toBuffer(),
      draw(kind, i, 640, 480).webp().toBuffer(),
    ]),
  ).then((photos) => photos.map((photo) => new Uint8Array(photo)));

const keyOf = (version: string, photo: number): string => `${version} photo ${photo}`;

/** One answer, remembered under the version that gave it. */
const ask = async (server: UnderLoad, photos: readonly Uint8Array<ArrayBuffer>[], photo: number) => {
  const response = await server.classify(photos[photo]!);
  const text = await response.text();
  if (response.status !== 200) throw new Error(`${response.status}: ${text.slice(0, 200)}`);
  const { version } = JSON.parse(text) as { version: string };
  return { version, key: keyOf(version, photo), text };
};

export const putUnderLoad = async (
  server: UnderLoad,
  photos: readonly Uint8Array<ArrayBuffer>[],
): Promise<LoadReport> => {
  const { store, model, first, other } = server;
  const report: LoadReport = { answers: 0, errors: [], given: new Map(), versions: new Map() };
  const until = performance.now() + SECONDS * 1000;

  const client = async (number: number): Promise<void> => {
    for (let turn = number; performance.now() < until; turn++)
      try {
        const { version, key, text } = await ask(server, photos, turn % photos.length);
        report.answers++;
        report.versions.set(version, (report.versions.get(version) ?? 0) + 1);
        report.given.set(key, (report.given.get(key) ?? new Set()).add(text));
      } catch (error) {
        report.errors.push(String(error));
      }
  };
  // both versions are whole, and servers see no more of a promotion than the pointer
  const owner = async (): Promise<void> => {
    const pause = ((SECONDS - LONGEST) * 1000) / (2 * SWAPS - 1);
    for (let swap = 0; swap < SWAPS; swap++) {
      await pointAt(store, model, other, systemClock);
      await sleep(swap === SWAPS >> 1 ? LONGEST * 1000 : pause);
      await pointAt(store, model, first, systemClock);
      await sleep(pause);
    }
  };
  await Promise.all([owner(), ...Array.from({ length: CLIENTS }, (_, number) => client(number))]);
  return report;
};

/** Promotes a version and asks it about each photo, while nobody else asks. @returns under the same keys as a report's answers */
export const askAlone = async (
  server: UnderLoad,
  photos: readonly Uint8Array<ArrayBuffer>[],
  version: string,
): Promise<Map<string, Set<string>>> => {
  await pointAt(server.store, server.model, version, systemClock);
  while ((await ask(server, photos, 0)).version !== version) await sleep(500);
  const alone = new Map<string, Set<string>>();
  for (const photo of photos.keys()) {
    const { key, text } = await ask(server, photos, photo);
    alone.set(key, new Set([text]));
  }
  return alone;
};
