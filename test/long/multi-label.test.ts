/** Photos with several labels: a table → trained → published → the labels by the command, from Node and from workerd. */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { R2Bucket } from "@cloudflare/workers-types";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestHarness } from "wrangler";
import { mirror } from "../../cli/dev-bucket.ts";
import type { Answer } from "../../shared/classifier/classifier.ts";
import { manifestSchema } from "../../shared/manifest.ts";
import { metricsSchema } from "../../shared/metrics.ts";
import { packageRoot } from "../../shared/package-root.ts";
import { createFileStore } from "../../shared/store/file.ts";
import { createR2Store } from "../../shared/store/r2.ts";
import { type DrawnClass, drawMixture, drawMixtures } from "../drawing.ts";
import { endCommands, runCommand, runForData, serve } from "../e2e/command.ts";
import { temporaryFolder } from "../e2e/folders.ts";

const { home, remove } = await temporaryFolder("multi-label");
const here = { cwd: home };
const published = createFileStore(join(home, ".whippet/store"));
const worker = createTestHarness({ workers: [{ configPath: join(packageRoot, "wrangler.toml") }] });

let version: string;
let urls: string[];

/** Photos that were drawn for nobody to learn from. */
const unseen: [DrawnClass[], Uint8Array][] = [];
const kinds: DrawnClass[][] = [
  ["circles", "stars"],
  ["squares"],
  ["circles", "stripes", "triangles"],
  ["triangles", "stars"],
  [],
];

beforeAll(async () => {
  await drawMixtures(join(home, "shapes"), 100);
  await drawMixtures(join(home, "others"), 60, 2);
  for (const [at, own] of kinds.entries())
    unseen.push([
      own,
      new Uint8Array(
        await drawMixture(own, 77_000 + at)
          .jpeg()
          .toBuffer(),
      ),
    ]);
  await writeFile(join(home, "strange.csv"), "path,labels\n0.jpg,stars\n1.jpg,moon|stars\n");
  await mkdir(join(home, "photos"));
  await writeFile(join(home, "several.jpg"), unseen[0]![1]);
  await writeFile(join(home, "photos/several.jpg"), unseen[0]![1]);
  ({ version } = await runForData<{ version: string }>(["train", "shapes", "--multi-label"], here));
  const node = await serve([], here);
  await worker.listen();
  const { MODELS } = (await worker.getWorker().getEnv()) as { MODELS: R2Bucket };
  await mirror(published, createR2Store(MODELS, "MODELS"));
  urls = [node.url, String((await worker.listen()).url)];
}, 600_000);
afterAll(async () => {
  endCommands();
  await worker.close();
  await remove();
});

const ask = async (url: string, photo: Uint8Array, path = "/classify"): Promise<Answer> => {
  const response = await fetch(new URL(path, url), { method: "POST", body: photo as Uint8Array<ArrayBuffer> });
  expect(response.status).toBe(200);
  return (await response.json()) as Answer;
};

const file = async (name: string): Promise<Uint8Array> =>
  (await published.get(`models/shapes/${version}/${name}`))!.bytes;
const json = async (name: string): Promise<unknown> => JSON.parse(new TextDecoder().decode(await file(name)));

describe("a model of photos with several labels", () => {
  it("gives all labels that a photo shows, on Node and in workerd, and says so where it shows none", async () => {
    for (const url of urls)
      for (const [own, photo] of unseen) {
        const { labels, predictions, unknown } = await ask(url, photo);
        expect(labels!.map(({ label }) => label).sort()).toEqual([...own].sort());
        expect(unknown).toBe(own.length === 0);
        expect(predictions).toHaveLength(5);
      }
  });

  it("answers as Hugging Face's task does, scores each by itself", async () => {
    const [own, photo] = unseen[2]!;
    const answer = (await ask(urls[0]!, photo, "/models/shapes")) as unknown as Answer["predictions"];
    expect(
      answer
        .slice(0, own.length)
        .map(({ label }) => label)
        .sort(),
    ).toEqual([...own].sort());
    expect(answer.reduce((sum, { score }) => sum + score, 0)).toBeGreaterThan(1.5);
  });

  it("has a threshold per label, mean average precision with its interval, and its sigmoids as an output", async () => {
    const manifest = manifestSchema.parse(await json("manifest.json"));
    expect(manifest).toMatchObject({ task: "multi-label", temperature: 1, outputs: { scores: "scores" } });
    expect(manifest.thresholds).toHaveLength(5);
    const metrics = metricsSchema.parse(await json("metrics.json"));
    const { map, intervals, microF1 } = metrics.served.scores.decisions!;
    expect(map).toBeGreaterThan(0.9);
    expect(microF1).toBeGreaterThan(0.85);
    expect(intervals!.map[0]).toBeLessThanOrEqual(map);
    expect(metrics.served.perClass.map(({ threshold }) => threshold)).toEqual(manifest.thresholds);
    expect(metrics.unknown!.bare!.photos).toBeGreaterThan(0);
    const { InferenceSession, Tensor } = await import("onnxruntime-node");
    const session = await InferenceSession.create(await file("model.int8.onnx"));
    const image = new Tensor("float32", new Float32Array(3 * 224 * 224), [1, 3, 224, 224]);
    const { logits, scores } = await session.run({ image });
    for (const [label, logit] of (logits!.data as Float32Array).entries())
      expect((scores!.data as Float32Array)[label]).toBeCloseTo(1 / (1 + Math.exp(-logit)), 5);
    await session.release();
  });

  it("is evaluated on a table of several labels, and names a label that it does not know", async () => {
    const evaluated = await runForData<{ photos: number; decisions: { map: number }; unknown: number }>(
      ["evaluate", "others"],
      here,
    );
    expect(evaluated.photos).toBe(60);
    expect(evaluated.decisions.map).toBeGreaterThan(0.9);
    const { code, stderr } = await runCommand(["evaluate", "others", "--labels", "strange.csv"], here);
    expect(code).toBe(1);
    expect(stderr).toContain('is labelled "moon", which model shapes does not know; its labels are circles, squares');
  });

  it("is told in the terminal: the labels that it gives, and the others greyed", async () => {
    const { stdout } = await runCommand(["classify", "several.jpg"], here);
    expect(stdout).toMatch(/^several\.jpg {2}(circles|stars), (circles|stars)\n/);
    expect(stdout).toContain("█");
    const { code, stdout: csv } = await runCommand(["predict", "photos", "--out", "scores.csv"], here).then(
      async (ended) => ({
        ...ended,
        stdout: await readFile(join(home, "scores.csv"), "utf8"),
      }),
    );
    expect(code).toBe(0);
    expect(csv.split("\n")[0]).toBe("id,circles,squares,stars,stripes,triangles");
  });
});

describe("options that do not go with several labels", () => {
  it.each([
    [["--feedback", "shapes"], "--feedback has one label a photo"],
    [["--class-weights", "balanced"], "--class-weights balanced weighs photos by their one label"],
    [["--sweep", "class-weights=none,balanced"], "--class-weights balanced weighs photos by their one label"],
    [["--remote", "--feedback", "shapes"], "--feedback has one label a photo"],
  ])("%s is refused by name", async (options, message) => {
    const { code, stderr } = await runCommand(["train", "shapes", "--multi-label", ...options], here);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
  });
});
