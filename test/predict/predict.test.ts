import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { Answer } from "../../shared/classifier/classifier.ts";
import { readCurrent, readFile as readModelFile } from "../../shared/registry.ts";
import { createFileStore } from "../../shared/store/file.ts";
import { parseCsv } from "../../training/dataset/csv.ts";
import { writeWhole } from "../../training/predict/draft.ts";
import { type PredictOptions, predict } from "../../training/predict/predict.ts";
import { printProbabilities } from "../../training/predict/probabilities.ts";
import { draw, random } from "../drawing.ts";
import { endCommands, runCommand, runForData, startCommand } from "../e2e/command.ts";
import { temporaryFolder } from "../e2e/folders.ts";
import { labels, publishNetwork } from "./publish.ts";

const { home, remove } = await temporaryFolder("predict");
const here = { cwd: home };
const whippet = (...args: string[]) => runCommand(["predict", "test", ...args], here);

const store = createFileStore(join(home, ".whippet/store"));
const progress = { line: () => undefined, stage: () => ({ update: () => undefined, end: () => undefined }) };
/** In this process. */
const predictHere = async (change: Partial<PredictOptions>) => {
  const { manifest } = await readCurrent(store, "zoo");
  const [file] = manifest.files;
  const bytes = await readModelFile(store, manifest, file!.path);
  return predict({
    folder: join(home, "test"),
    out: join(home, "here.csv"),
    manifest,
    model: { bytes, precision: "float32" },
    engine: "native",
    unreadable: "uniform",
    progress,
    ...change,
  });
};
const table = async (file: string): Promise<string[][]> =>
  parseCsv(await readFile(join(home, file), "utf8")).map(({ cells }) => cells);

/** Ids in an order that is not theirs by name. */
const ids = ["c3", "a1", "d4", "b2"];
const header = ["dog", "ant", "cat, tame", "bee", "jay", "eel", "fox", "hen", "gnu", "ibis"];
const sampleOf = (columns: readonly string[], rows: readonly string[]): string => {
  const quoted = columns.map((label) => (label.includes(",") ? `"${label}"` : label));
  return [`id,${quoted.join(",")}`, ...rows.map((id) => `${id},${columns.map(() => 0.1).join(",")}`), ""].join("\n");
};

beforeAll(async () => {
  await publishNetwork(store);
  await mkdir(join(home, "test"));
  for (const [seed, id] of ids.entries())
    await draw("stars", seed)
      .jpeg()
      .toFile(join(home, "test", `${id}.jpg`));
  await writeFile(join(home, "test/notes.txt"), "no photo");
  await writeFile(join(home, "sample.csv"), sampleOf(header, ids));
});
afterAll(async () => {
  endCommands();
  await remove();
});

describe("whippet predict", () => {
  it("writes the sample's columns and rows, in its order, each adding up to one as printed", async () => {
    const { code, stdout, stderr } = await whippet("--sample", "sample.csv", "--out", "submission.csv");
    expect({ code, stdout }).toEqual({ code: 0, stdout: "" });
    expect(stderr).toMatch(/submission\.csv: 4 rows by zoo /);
    const [head, ...rows] = await table("submission.csv");
    expect(head).toEqual(["id", ...header]);
    expect(rows.map(([id]) => id)).toEqual(ids);
    for (const [, ...cells] of rows)
      expect(cells.reduce((sum, cell) => sum + BigInt(cell.replace(".", "")), 0n)).toBe(1_000_000_000n);
  });

  it("says of each photo what classify says of it", async () => {
    const { predictions } = await runForData<Answer>(["classify", "test/a1.jpg", "--top", "10"], here);
    const row = (await table("submission.csv")).find(([id]) => id === "a1")!;
    for (const { label, score } of predictions) expect(Number(row[1 + header.indexOf(label)])).toBeCloseTo(score, 6);
  });

  it("goes by names and sorted labels without a sample, and tells scripts what it did", async () => {
    const said = await runForData(["predict", "test", "--out", "all.csv"], here);
    expect(said).toMatchObject({ model: "zoo", photos: 4, labels: 10, unreadable: [], out: "all.csv" });
    const [head, ...rows] = await table("all.csv");
    expect(head).toEqual(["id", ...labels]);
    expect(rows.map(([id]) => id)).toEqual(["a1", "b2", "c3", "d4"]);
  });

  it.each<[string, string, RegExp]>([
    [
      "a label that the model does not know",
      sampleOf([...header.slice(1), "cow"], ids),
      /does not know: "cow"; it knows "dog" instead\. Name another model/,
    ],
    [
      "a label that is missing",
      sampleOf(header.slice(1), ids),
      /model zoo knows "dog", which the sample has no column for/,
    ],
    [
      "an id without a photo",
      sampleOf(header, [...ids, "e5"]),
      /test has no photo for 1 of the sample's 5 ids: e5\.jpg/,
    ],
    ["an id that leads elsewhere", sampleOf(header, ["../sample"]), /line 2: "\.\.\/sample" is no id/],
    ["no columns", "id\na1\n", /line 1 has one column, id; a submission has an id and a column for each label/],
    ["nothing in it", "", /is empty; its first line names the columns/],
    ["no rows", sampleOf(header, []), /the sample has no rows/],
  ])("refuses a sample with %s, and writes nothing", async (_, text, message) => {
    await writeFile(join(home, "odd.csv"), text);
    await expect(predictHere({ sample: join(home, "odd.csv") })).rejects.toThrow(message);
    expect((await readdir(home)).filter((name) => name.includes("here.csv"))).toEqual([]);
  });

  it("names what is wrong with a folder", async () => {
    const empty = join(home, "empty");
    await mkdir(empty);
    await expect(predictHere({ folder: empty })).rejects.toThrow(/empty holds no photos directly.*such as test\//);
    await expect(predictHere({ folder: join(home, "nowhere") })).rejects.toThrow(/nowhere cannot be opened \(ENOENT\)/);
    const out = join(home, "no/such/folder/x.csv");
    await expect(predictHere({ out })).rejects.toThrow(/folder\/x\.csv cannot be written \(ENOENT\)/);
  });
});

describe("a photo that cannot be read", () => {
  beforeAll(async () => {
    const photo = await draw("stars", 9).jpeg().toBuffer();
    await mkdir(join(home, "damaged"));
    await writeFile(join(home, "damaged/whole.jpg"), photo);
    await writeFile(join(home, "damaged/cut.jpg"), photo.subarray(0, 900));
  });
  const damaged = (...args: string[]) => runCommand(["predict", "damaged", "--out", "damaged.csv", ...args], here);

  it("is named, and its row says all labels alike", async () => {
    const { code, stderr } = await damaged();
    expect(code).toBe(0);
    expect(stderr).toMatch(/unreadable cut: .*damaged or cut off/);
    expect(stderr).toMatch(/2 rows by zoo .*; 1 could not be read and got all labels alike/);
    expect((await table("damaged.csv"))[1]).toEqual(["cut", ...labels.map(() => "0.100000000")]);
  });

  it("ends the run where that is asked for, and what was there before stays", async () => {
    await writeFile(join(home, "damaged.csv"), "before");
    const { code, stderr } = await damaged("--unreadable", "error");
    expect(code).toBe(1);
    expect(stderr).toMatch(/damaged\/cut\.jpg cannot be read: .*\. Mend it, or see --unreadable/);
    expect(await readFile(join(home, "damaged.csv"), "utf8")).toBe("before");
    expect((await readdir(home)).filter((name) => name.startsWith(".damaged"))).toEqual([]);
  });

  it("gets the labels' shares in training, where the model knows them", async () => {
    const unknown = await damaged("--unreadable", "prior");
    expect(unknown.stderr).toMatch(/model zoo does not say what it was trained on/);
    const classes = Object.fromEntries(labels.map((label, place) => [label, place < 2 ? 30 : 5]));
    const data = { photos: 100, classes, training: 80, validation: 20, skipped: 0, seed: 1, split: "0".repeat(64) };
    await publishNetwork(createFileStore(join(home, "known")), { data });
    const { code } = await damaged("--unreadable", "prior", "--store", "file:known");
    expect(code).toBe(0);
    expect((await table("damaged.csv"))[1]!.slice(1, 4)).toEqual(["0.300000000", "0.300000000", "0.050000000"]);
  });
});

describe("Ctrl-C", () => {
  it("leaves neither half a submission nor what it was drafted in", async () => {
    await mkdir(join(home, "many"));
    const photo = await draw("stars", 1, 1600, 1200).png().toBuffer();
    for (let index = 0; index < 60; index++) await writeFile(join(home, "many", `${index}.png`), photo);
    const command = startCommand(["predict", "many", "--out", "many.csv"], here);
    await vi.waitUntil(async () => (await readdir(home)).some((name) => name.startsWith(".many.csv.")), 30_000);
    command.kill("SIGINT");
    const { code, stderr } = await command.ended;
    expect(code).toBe(130);
    expect(stderr).toMatch(/Stopped; many\.csv was not written/);
    expect((await readdir(home)).filter((name) => name.includes("many.csv"))).toEqual([]);
  });
});

describe("probabilities as printed", () => {
  it("add up to one exactly, and are off by less than a billionth", () => {
    const next = random(3);
    for (let round = 0; round < 50; round++) {
      const scores = Array.from({ length: 120 }, () => next() ** 9);
      const sum = scores.reduce((total, score) => total + score, 0);
      const printed = printProbabilities(scores);
      expect(printed.reduce((total, text) => total + BigInt(text.replace(".", "")), 0n)).toBe(1_000_000_000n);
      for (const [place, text] of printed.entries())
        expect(Math.abs(Number(text) - scores[place]! / sum)).toBeLessThan(1e-9);
    }
    expect(printProbabilities([0, 5])).toEqual(["0.000000000", "1.000000000"]);
  });
});

describe("a file that appears whole", () => {
  it("holds all that was added, in order", async () => {
    const file = join(home, "long.txt");
    const lines = Array.from({ length: 20_000 }, (_, index) => `line ${index}\n`);
    await writeWhole(file, async (add) => {
      for (const line of lines) await add(line);
    });
    expect(await readFile(file, "utf8")).toBe(lines.join(""));
  });
});
