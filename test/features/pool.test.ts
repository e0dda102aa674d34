import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Problem } from "../../shared/problem.ts";
import { readBackbone } from "../../training/backbone/catalogue.ts";
import { createCache } from "../../training/cache.ts";
import { buildFeatureModel } from "../../training/export/feature-model.ts";
import { extractFeatures } from "../../training/features/extract.ts";
import { createPool, type Item, type Pool, type Work } from "../../training/features/pool.ts";
import { fill } from "../dataset/folder.ts";
import { classes, draw } from "../drawing.ts";
import { createMemoryStore } from "../store/memory.ts";

const plain = [{}];
let items: Item[];
let work: Required<Work>;
let pool: Pool;

beforeAll(async () => {
  items = await Promise.all(
    Array.from({ length: 8 }, async (_, seed) => ({
      photo: new Uint8Array(
        await draw(classes[seed % 5]!, seed)
          .jpeg()
          .toBuffer(),
      ),
      views: plain,
    })),
  );
  const { backbone, bytes } = await readBackbone("lite0");
  const model = await buildFeatureModel(bytes, backbone.cuts);
  work = { input: backbone.input, model: { bytes: model, precision: "float32", engine: "native" } };
  pool = createPool({ workers: 2 });
});
afterAll(() => pool.close());

describe("the pool", () => {
  it("gives the same numbers in the same order whatever the number of threads", async () => {
    const alone = createPool({ workers: 1 });
    const one = await alone.run(alone.open(work), items);
    await alone.close();
    const two = await pool.run(pool.open(work), items);
    expect(two).toEqual(one);
    expect(two.map((views) => (views as Float32Array[])[0]!.length)).toEqual(items.map(() => 1280 + 672));
  });

  it("takes several views of one photo, and gives tensors when there is no model", async () => {
    const tensors = pool.open({ input: work.input });
    const [outcome] = await pool.run(tensors, [{ ...items[0]!, views: [{}, { flip: true }, { zoom: 0.5 }] }]);
    const [centre, flipped, near] = outcome as [Float32Array, Float32Array, Float32Array];
    const { size } = work.input;
    expect(centre).toHaveLength(3 * size * size);
    expect(flipped.slice(0, size)).toEqual(centre.slice(0, size).reverse());
    expect(near).not.toEqual(centre);
  });

  it("runs the web engine to nearly the same features as the native one", async () => {
    const native = await pool.run(pool.open(work), items.slice(0, 2));
    const web = pool.open({ ...work, model: { ...work.model, engine: "web" } });
    const [first] = (await pool.run(web, items.slice(0, 2))) as Float32Array[][];
    const expected = (native as Float32Array[][])[0]![0]!;
    first![0]!.forEach((value, channel) => {
      expect(Math.abs(value - expected[channel]!)).toBeLessThan(1e-3);
    });
    pool.free(web);
  });

  it("reports a bad photo in its place and goes on", async () => {
    const bad: Item[] = [
      { photo: new TextEncoder().encode("no photo"), views: plain },
      { photo: join(tmpdir(), "no-such-photo.jpg"), views: plain },
      { photo: (items[0]!.photo as Uint8Array).slice(0, 900), views: [] },
    ];
    const outcomes = await pool.run(pool.open({ input: work.input }), [...bad, items[1]!]);
    expect(outcomes.map((outcome) => outcome instanceof Problem)).toEqual([true, true, true, false]);
    expect(outcomes.slice(0, 2).map((outcome) => (outcome as Problem).status)).toEqual([400, 400]);
  });

  it("streams outcomes in order, and asks for no more photos than it needs to keep its threads busy", async () => {
    const opened = pool.open({ input: work.input });
    let asked = 0;
    let taken = 0;
    let ahead = 0;
    function* many() {
      for (; asked < 100; asked++) {
        ahead = Math.max(ahead, asked - taken);
        yield items[asked % items.length]!;
      }
    }
    const expected = await pool.run(opened, items);
    for await (const outcome of pool.stream(opened, many())) {
      expect(outcome).toEqual(expected[taken % items.length]);
      taken++;
    }
    expect([asked, taken]).toEqual([100, 100]);
    expect(ahead).toBeLessThanOrEqual(8);
  });

  it("streams until it is told to stop, or nobody takes any more, and takes other work afterwards", async () => {
    const opened = pool.open({ input: work.input });
    const stop = new AbortController();
    const taking = async (enough: () => void) => {
      for await (const outcome of pool.stream(opened, items, stop.signal)) {
        expect(outcome).not.toBeInstanceOf(Problem);
        enough();
      }
    };
    const full = new Error("the disk is full");
    await expect(
      taking(() => {
        throw full;
      }),
    ).rejects.toBe(full);
    await expect(taking(() => stop.abort(new Error("Ctrl-C")))).rejects.toThrow("Ctrl-C");
    expect(await pool.run(opened, items.slice(0, 3))).toHaveLength(3);
  });

  it("says what is wrong with a model, and takes other work afterwards", async () => {
    const broken = pool.open({ ...work, model: { ...work.model, bytes: new Uint8Array(100) } });
    await expect(pool.run(broken, items)).rejects.toThrow(/native engine cannot load/);
    pool.free(broken);
    expect(await pool.run(pool.open({ input: work.input }), items.slice(0, 1))).toHaveLength(1);
  });

  it("stops at a signal and takes other work afterwards", async () => {
    const stop = new AbortController();
    const opened = pool.open(work);
    const run = pool.run(opened, items, { signal: stop.signal, onProgress: () => stop.abort(new Error("Ctrl-C")) });
    await expect(run).rejects.toThrow("Ctrl-C");
    expect(await pool.run(opened, items.slice(0, 3))).toHaveLength(3);
  });

  const file = new URL("./failing-worker.mjs", import.meta.url);

  it("can be closed while its threads load a model", async () => {
    for (let round = 0; round < 5; round++) {
      const brief = createPool({ workers: 2 });
      brief.open(work);
      await brief.close();
    }
  });

  it("can be closed while its threads load a model that is wanted no more", async () => {
    for (const milliseconds of [0, 10, 20, 40, 80]) {
      const brief = createPool({ workers: 2 });
      await brief.run(brief.open(work), items.slice(0, 2));
      brief.free(brief.open(work));
      await sleep(milliseconds);
      await brief.close();
    }
  });

  it("ends with a clear error when a thread dies", async () => {
    const doomed = createPool({ workers: 2, file });
    const run = doomed.run(doomed.open({ input: work.input }), items);
    await expect(run).rejects.toThrow(
      /worker thread stopped: RangeError: out of memory, while it worked on a photo of/,
    );
    await doomed.close();
  });

  it("gives up a photo that takes too long, and goes on with the others in another thread", async () => {
    const patient = createPool({ workers: 1, patience: 200, file });
    const two = items.slice(0, 2);
    const outcomes = await patient.run(patient.open({ input: work.input }), [
      ...two,
      { photo: new Uint8Array(1), views: plain },
      ...two,
    ]);
    expect(outcomes.map((outcome) => outcome instanceof Problem)).toEqual([false, false, true, false, false]);
    expect(outcomes[2]).toMatchObject({ status: 422, message: expect.stringContaining("longer than 0.2 s") });
    await patient.close();
  });

  it.each([0, 1.5])("refuses %d threads", (workers) => {
    expect(() => createPool({ workers })).toThrow(`a pool of ${workers} worker threads`);
  });
});

describe("extractFeatures", () => {
  it("computes once, then remembers, each view apart, with bad photos in their place", async () => {
    const folder = await mkdtemp(join(tmpdir(), "whippet-features-"));
    const cache = createCache(createMemoryStore(), expect.unreachable);
    await fill(folder, { "bad.jpg": "no photo" });
    const photos = [{ path: join(folder, "bad.jpg"), sha256: "f".repeat(64) }];
    for (const [index, { photo }] of items.entries()) {
      await fill(folder, { [`${index}.jpg`]: photo as Uint8Array });
      photos.push({ path: join(folder, `${index}.jpg`), sha256: String(index).repeat(64) });
    }
    const counts: number[] = [];
    const first = await extractFeatures(photos, { pool, work, cache, onProgress: ({ done }) => counts.push(done) });
    expect(first.cached).toBe(0);
    expect(first.features[0]).toBeInstanceOf(Problem);
    expect(counts).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);

    const second = await extractFeatures(photos, { pool, work, cache });
    expect(second.cached).toBe(8);
    expect(second.features.slice(1)).toEqual(first.features.slice(1));

    const runs: Item[][] = [];
    const counting: Pool = {
      ...pool,
      run(opened, asked, options) {
        runs.push([...asked]);
        return pool.run(opened, asked, options);
      },
    };
    const looks = [{ zoom: 0.5 }, { zoom: 0.6 }, { zoom: 0.7 }].flatMap((view) =>
      photos.slice(1, 3).map((photo) => ({ ...photo, view })),
    );
    const several = await extractFeatures(looks, { pool: counting, work, cache });
    // each photo is decoded once, whatever the number of looks
    expect(runs.map((items) => items.map(({ views }) => views.length))).toEqual([[3, 3]]);
    const alone = await extractFeatures(looks.slice(3, 4), {
      pool,
      work,
      cache: createCache(createMemoryStore(), expect.unreachable),
    });
    expect(several.features[3]).toEqual(alone.features[0]);

    const flipped = photos.slice(1, 2).map((photo) => ({ ...photo, view: { flip: true } }));
    const otherView = await extractFeatures(flipped, { pool, work, cache });
    expect(otherView.cached).toBe(0);
    expect(otherView.features[0]).not.toEqual(first.features[1]);
  });
});
