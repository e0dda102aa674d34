/** The same seed, photos and machine make the same model, byte for byte. */
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { endCommands, runForData } from "../e2e/command.ts";
import { fillWithPhotos, temporaryFolder } from "../e2e/folders.ts";
import type { Trained } from "../e2e/training.ts";

const { home, remove } = await temporaryFolder("rerun");
const photos = join(home, "photos");
const kind = await fillWithPhotos(photos, 20);
/** Each with a store and a cache of its own. */
const folders = [join(home, "first"), join(home, "second")] as const;

const train = (cwd: string) => runForData<Trained>(["train", photos], { cwd });
let trained: readonly [Trained, Trained];

beforeAll(async () => {
  for (const folder of folders) await mkdir(folder);
  trained = [await train(folders[0]), await train(folders[1])];
});
afterAll(async () => {
  endCommands();
  await remove();
});

const contentOf = (version: string): string => version.split("-")[1]!;

describe(`two trainings on the same ${kind} photos, with cold caches`, () => {
  it("give the same files, byte for byte", async () => {
    const [first, second] = trained;
    expect(first.files.length).toBeGreaterThan(0);
    expect(second.files.map(({ path }) => path)).toEqual(first.files.map(({ path }) => path));
    for (const { path } of first.files) {
      const [a, b] = await Promise.all(
        trained.map(({ model, version }, i) =>
          readFile(join(folders[i]!, ".whippet/store/models", model, version, path)),
        ),
      );
      expect(a!.equals(b!), path).toBe(true);
    }
  });

  it("give versions of the same content", () => {
    const [first, second] = trained;
    expect(contentOf(second.version)).toBe(contentOf(first.version));
    expect(second.serve).toEqual(first.serve);
  });

  it("give one version where they share a store, the one that is there", async () => {
    const again = await train(folders[0]);
    expect(again).toMatchObject({ version: trained[0].version, existed: true, promoted: true });
  });
});
