/** Many clients at once, for a while, on a server whose model is promoted and rolled back under them. */
import { setTimeout as sleep } from "node:timers/promises";
import { draw } from "../drawing.ts";

const CLIENTS = 64;
const SECONDS = 60;
/** Promotions, each followed by a rollback. */
const SWAPS = 10;
/** Milliseconds in which a promotion or a rollback must be seen in an answer. */
const SEEN_MS = 30_000;

export interface UnderLoad {
  /** Sends a POST, as the owner where the path is the owner's. */
  post(path: string, body: Uint8Array<ArrayBuffer> | string): Promise<Response>;
  model: string;
  /** The version that answers, and the one that is promoted; a rollback leads back to the first. */
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
  /** Of each promotion and rollback in turn, the version that clients met after it. */
  swaps: string[];
}

export const loadPhotos = (): Promise<Uint8Array<ArrayBuffer>[]> =>
  Promise.all(
    (["stars", "circles", "squares", "triangles"] as const).flatMap((kind, i) => [
      draw(kind, i, 320, 240).jpeg().toBuffer(),
      draw(kind, i, 200, 300).png().toBuffer(),
      draw(kind, i, 640, 480).webp().toBuffer(),
    ]),
  ).then((photos) => photos.map((photo) => new Uint8Array(photo)));

const owned = async ({ post, model }: UnderLoad, what: "promote" | "rollback", body: unknown): Promise<void> => {
  const response = await post(`/models/${model}/${what}`, JSON.stringify(body));
  if (response.status !== 200) throw new Error(`${what}: ${response.status} ${await response.text()}`);
};
const promote = (server: UnderLoad, version: string) => owned(server, "promote", { version });
const rollback = (server: UnderLoad) => owned(server, "rollback", {});

const keyOf = (version: string, photo: number): string => `${version} photo ${photo}`;

/** One answer, remembered under the version that gave it. */
const ask = async (server: UnderLoad, photos: readonly Uint8Array<ArrayBuffer>[], photo: number) => {
  const response = await server.post("/classify?trace=1", photos[photo]!);
  const text = await response.text();
  if (response.status !== 200) throw new Error(`${response.status}: ${text.slice(0, 200)}`);
  const { version } = JSON.parse(text) as { version: string };
  return { version, key: keyOf(version, photo), text };
};

export const putUnderLoad = async (
  server: UnderLoad,
  photos: readonly Uint8Array<ArrayBuffer>[],
): Promise<LoadReport> => {
  const { first, other } = server;
  const report: LoadReport = { answers: 0, errors: [], given: new Map(), versions: new Map(), swaps: [] };
  const until = performance.now() + SECONDS * 1000;
  let owning = true;

  const client = async (number: number): Promise<void> => {
    for (let turn = number; owning || performance.now() < until; turn++)
      try {
        const { version, key, text } = await ask(server, photos, turn % photos.length);
        report.answers++;
        report.versions.set(version, (report.versions.get(version) ?? 0) + 1);
        report.given.set(key, (report.given.get(key) ?? new Set()).add(text));
      } catch (error) {
        report.errors.push(String(error));
      }
  };
  /** Until an answer comes from `version`, and for its share of the minute. */
  const seen = async (version: string): Promise<void> => {
    const before = report.versions.get(version) ?? 0;
    const began = performance.now();
    while ((report.versions.get(version) ?? 0) === before && performance.now() - began < SEEN_MS) await sleep(50);
    if ((report.versions.get(version) ?? 0) > before) report.swaps.push(version);
    await sleep(Math.max(0, began + (SECONDS * 1000) / (2 * SWAPS) - performance.now()));
  };
  const owner = async (): Promise<void> => {
    for (let swap = 0; swap < SWAPS; swap++) {
      await promote(server, other);
      await seen(other);
      await rollback(server);
      await seen(first);
    }
    owning = false;
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
  await promote(server, version);
  while ((await ask(server, photos, 0)).version !== version) await sleep(500);
  const alone = new Map<string, Set<string>>();
  for (const photo of photos.keys()) {
    const { key, text } = await ask(server, photos, photo);
    alone.set(key, new Set([text]));
  }
  return alone;
};
