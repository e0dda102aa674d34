/** Exported folders, used as their README says, away from this checkout: their own self-tests, and the same answers. */
import { execFile } from "node:child_process";
import { cp, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { serveStatic } from "@hono/node-server/serve-static";
import { Hono } from "hono";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Target } from "../../../cli/export/targets.ts";
import type { Variables } from "../../../functions/http/requests.ts";
import type { Answer } from "../../../shared/classifier/classifier.ts";
import { createWebEngine } from "../../../shared/engine/web.ts";
import { createFileStore } from "../../../shared/store/file.ts";
import { builtInName } from "../../../training/built-in/dog-breeds.ts";
import { draw } from "../../drawing.ts";
import { type Ended, endCommands, runCommand, runForData } from "../../e2e/command.ts";
import { temporaryFolder } from "../../e2e/folders.ts";
import { publishModel } from "../../functions/publishing.ts";
import { conversionPython } from "../../models/python.ts";
import { mobileNetV2 } from "../../onnx/networks.ts";
import { barriers, launch, listenTo, looks, overflows, picture, visit } from "../../page/browser.ts";
import { input, labels } from "../../predict/publish.ts";
import { has } from "../../require.ts";

const { home, remove } = await temporaryFolder("export");
const here = { cwd: home };
const photo = join(home, "photo.jpg");
const exported = (name: string, target: Target): Promise<Ended> =>
  runCommand(["export", name, "--to", target, `${name}-${target}`], here);

/** It has a plan; the other has none, and so runs on onnxruntime-web. */
const DOGS = builtInName;
const ZOO = "zoo";
/** A photo has several labels, or none. */
const SEVERAL = "several";
/** Its probe expects other numbers than it gives. */
const SPOILT = "spoilt";

beforeAll(async () => {
  const store = createFileStore(join(home, ".whippet/store"));
  // the first command makes the dog breeds, which is what an empty store begins with
  expect((await exported(DOGS, "node")).code).toBe(0);
  const bytes = mobileNetV2();
  const network = { labels, bytes, precision: "float32", engine: await createWebEngine() } as const;
  await publishModel(store, { ...network, name: ZOO, manifest: { input } });
  const thresholds = labels.map((_, place) => (place % 2 === 0 ? 0 : 1));
  await publishModel(store, { ...network, name: SEVERAL, manifest: { input, task: "multi-label", thresholds } });
  await publishModel(store, { ...network, name: SPOILT, manifest: { input }, spoilProbe: true });
  await writeFile(photo, await draw("stars", 3, 700, 900).withMetadata({ orientation: 6 }).jpeg().toBuffer());
});
afterAll(async () => {
  endCommands();
  await remove();
});

/** What Whippet says of the photo: the label, or all that it shows, and the scores as the examples print them. */
const answerOf = async (model: string) => {
  const answer = await runForData<Answer>(["classify", photo, "--model", model], here);
  const shown = (answer.labels ?? answer.predictions.slice(0, 1)).map(({ label, score }) => ({
    label,
    score: `${(100 * score).toFixed(1)}%`,
  }));
  return {
    ...shown[0]!,
    said: shown.map(({ label, score }) => `${label} ${score}`).join(", "),
    unknown: answer.unknown,
  };
};

const run = (program: string, folder: string, ...args: string[]) =>
  promisify(execFile)(program, args, { cwd: join(home, folder) }).then(
    ({ stdout }) => ({ code: 0, stdout }),
    ({ code, stdout }: { code: number; stdout: string }) => ({ code, stdout }),
  );

describe("for Node", () => {
  it.each([DOGS, ZOO, SEVERAL])(
    "the folder of %s needs nothing else: its self-test passes, its example answers as Whippet",
    async (name) => {
      if (name !== DOGS) expect((await exported(name, "node")).code).toBe(0);
      const tested = await run(process.execPath, `${name}-node`, "selftest.js");
      expect(tested.code, tested.stdout).toBe(0);
      expect(tested.stdout).toMatch(/^(\d+) of \1 probes agree/m);
      const { stdout } = await run(process.execPath, `${name}-node`, "example.js", photo);
      expect(stdout).toContain(`photo.jpg: ${(await answerOf(name)).said}`);
      expect((await readFile(join(home, `${name}-node/example.js`), "utf8")).split("\n").length).toBeLessThan(13);
    },
  );

  it("holds onnxruntime-web only for a model that runs on it", async () => {
    expect(await readdir(join(home, `${DOGS}-node`))).not.toContain("onnxruntime.wasm");
    expect(await readdir(join(home, `${ZOO}-node`))).toContain("onnxruntime.wasm");
  });

  it("fails its self-test where a probe comes out otherwise, and says which and where", async () => {
    expect((await exported(SPOILT, "node")).code).toBe(0);
    const { code, stdout } = await run(process.execPath, `${SPOILT}-node`, "selftest.js");
    expect(code).toBe(1);
    expect(stdout).toMatch(/FAILED .*: engine: a logit .* is off by 1/);
    expect(stdout).toMatch(/^0 of 1 probes agree/m);
  });

  it("does not run a damaged model", async () => {
    await cp(join(home, `${DOGS}-node`), join(home, "damaged"), { recursive: true });
    const plan = await readFile(join(home, "damaged/model.plan"));
    plan[plan.length >> 1]! ^= 1;
    await writeFile(join(home, "damaged/model.plan"), plan);
    const failed = await promisify(execFile)(process.execPath, ["selftest.js"], { cwd: join(home, "damaged") }).catch(
      String,
    );
    expect(failed).toMatch(/model\.plan is damaged; export the model again/);
  });
});

describe.runIf(has("conversion"))("for Python", () => {
  const python = (folder: string, ...args: string[]) => run(conversionPython()!, folder, ...args);

  it("gives every probe the same pixels by Pillow, the numbers by onnxruntime, and Whippet's answers", async () => {
    expect((await exported(DOGS, "python")).code).toBe(0);
    const tested = await python(`${DOGS}-python`, "selftest.py");
    expect(tested.code, tested.stdout).toBe(0);
    expect(tested.stdout).toMatch(/^16 of 16 probes agree, 16 of them with every pixel the same/m);
    const { code, stdout } = await python(`${DOGS}-python`, "example.py", photo);
    expect(code).toBe(0);
    const { said, unknown } = await answerOf(DOGS);
    expect(stdout).toContain(`photo.jpg: ${said}`);
    expect(stdout.includes("(unknown")).toBe(unknown);
  });

  it("names all labels that a photo shows, as Whippet does", async () => {
    expect((await exported(SEVERAL, "python")).code).toBe(0);
    const { stdout } = await python(`${SEVERAL}-python`, "example.py", photo);
    const { said } = await answerOf(SEVERAL);
    expect(said.split(", ").length).toBeGreaterThan(4);
    expect(stdout).toContain(`photo.jpg: ${said}\n`);
  });

  it("fails its self-test where a probe comes out otherwise", async () => {
    expect((await exported(SPOILT, "python")).code).toBe(0);
    const { code, stdout } = await python(`${SPOILT}-python`, "selftest.py");
    expect(code).toBe(1);
    expect(stdout).toMatch(/FAILED .* same pixels +logits off by 1\.0/);
  });
});

describe.runIf(has("chromium"))("for a browser, from a server of static files", () => {
  let server: Awaited<ReturnType<typeof listenTo>>;
  let browser: Browser;
  beforeAll(async () => {
    for (const name of [DOGS, ZOO, SPOILT]) expect((await exported(name, "browser")).code).toBe(0);
    server = await listenTo(new Hono<{ Variables: Variables }>().use("*", serveStatic({ root: home })));
    browser = await launch();
  });
  afterAll(async () => {
    await browser?.close();
    server?.close();
  });

  it.each([
    [DOGS, true],
    [ZOO, true],
    [SPOILT, false],
  ])("the self-test of %s passes: %s", async (name, passes) => {
    const { page, complaints, close } = await visit(browser, `${server.origin}/${name}-browser/selftest.html`);
    const output = page.locator("output[data-passed]");
    await output.waitFor();
    expect(await output.getAttribute("data-passed"), (await output.textContent()) ?? "").toBe(String(passes));
    expect(await output.textContent()).toMatch(passes ? /(\d+) of \1 probes agree/ : /FAILED .*: engine:/);
    expect(complaints).toEqual([]);
    await close();
  });

  it.each(looks)("its page answers about a photo as Whippet does, at $name", async ({ name, options }) => {
    const { page, asked, complaints, close } = await visit(
      browser,
      `${server.origin}/${DOGS}-browser/index.html`,
      options,
    );
    await page.locator("input:enabled").setInputFiles(photo);
    await page.locator("output", { hasText: "%" }).waitFor();
    const { label, score } = await answerOf(DOGS);
    expect(await page.locator("output").textContent()).toContain(`${score}  ${label}`);
    expect(await barriers(page)).toEqual([]);
    expect(await overflows(page)).toBe(false);
    await picture(page, `export-${name}`);
    expect(asked.filter((url) => !url.startsWith(server.origin))).toEqual([]);
    expect(complaints).toEqual([]);
    await close();
  });
});

describe("what cannot be exported", () => {
  it.each<[string, string[], number, RegExp]>([
    ["to nowhere", [ZOO, "x"], 2, /required option '--to <target>' not specified/],
    ["to an unknown target", [ZOO, "--to", "phone", "x"], 2, /Allowed choices are browser, node, python/],
    ["of an unknown model", ["cats", "--to", "node", "x"], 1, /no model named cats/],
    [
      "of an unknown version",
      [ZOO, "--to", "node", "x", "--version", "20260131T120000Z-1a2b3c4d5e6f"],
      1,
      /has no version 20260131T120000Z/,
    ],
    [
      "into a folder with something in it",
      [ZOO, "--to", "node", "full"],
      1,
      /full is there already and not empty; .*rm -r full/,
    ],
    ["onto a file", [ZOO, "--to", "node", "full/note.txt"], 1, /note\.txt is there already and is no folder/],
  ])("%s, is said so and leaves nothing", async (_, args, code, message) => {
    await mkdir(join(home, "full"), { recursive: true });
    await writeFile(join(home, "full/note.txt"), "mine");
    const before = await readdir(home);
    const ended = await runCommand(["export", ...args], here);
    expect(ended.code).toBe(code);
    expect(ended.stderr).toMatch(message);
    expect(await readdir(home)).toEqual(before);
    expect(await readdir(join(home, "full"))).toEqual(["note.txt"]);
  });
});
