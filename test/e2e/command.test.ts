/** What scripts rely on: exit codes, data on stdout and nothing else there, and messages that name the fix. */
import { cp, mkdir, readdir, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { CommanderError } from "commander";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Context } from "../../cli/context.ts";
import { exitCode, UsageError } from "../../cli/failure.ts";
import { run } from "../../cli/main.ts";
import { createTerminal } from "../../cli/terminal.ts";
import { explain } from "../../shared/failure.ts";
import { GateRefusedError } from "../../training/export/gate.ts";
import { draw, drawFolder } from "../drawing.ts";
import { endCommands, runCommand } from "./command.ts";
import { temporaryFolder } from "./folders.ts";
import { smallPhotos } from "./small-backbone.ts";

const { home, remove } = await temporaryFolder("command");
const whippet = (...args: string[]) => runCommand(args, { cwd: home });

beforeAll(async () => {
  await drawFolder(join(home, "photos"), 2, 10);
  await drawFolder(join(home, "lonely"), 1, 3);
  await mkdir(join(home, "empty"));
  await writeFile(join(home, "star.jpg"), await draw("stars", 3).jpeg().toBuffer());
  await writeFile(join(home, "notes.txt"), "no photo");
});
afterAll(async () => {
  endCommands();
  await remove();
});

/** A command line that comes to no work, run in this process. */
const asked = async (...args: string[]) => {
  let [stdout, stderr] = ["", ""];
  const onOut = (text: string) => void (stdout += text);
  const onError = (text: string) => void (stderr += text);
  const context: Context = {
    terminal: createTerminal({ stream: { write: onError } }),
    data: expect.unreachable,
    print: expect.unreachable,
    openStore: () => expect.unreachable("it opened the store"),
    signal: new AbortController().signal,
  };
  const output = { writeOut: onOut, writeErr: onError, getOutHelpWidth: () => 80, getErrHelpWidth: () => 80 };
  return { code: await run(context, ["node", "whippet", ...args], output), stdout, stderr };
};

const commands = [
  "train",
  "classify",
  "evaluate",
  "predict",
  "export",
  "serve",
  "models",
  "promote",
  "rollback",
  "remove",
  "prune",
  "verify",
  "keys",
];

describe("--help", () => {
  it("lists every command, within 80 columns", async () => {
    const { code, stdout } = await whippet("--help");
    expect(code).toBe(0);
    for (const command of commands) expect(stdout).toMatch(new RegExp(`^ {2}${command} `, "m"));
    for (const line of stdout.split("\n")) expect(line.length).toBeLessThanOrEqual(80);
  });

  it.each(commands)("of %s has examples, within 80 columns", async (command) => {
    const { code, stdout } = await asked(command, "--help");
    expect(code).toBe(0);
    expect(stdout).toMatch(new RegExp(`Examples:\n {2}npx whippet ${command}`));
    for (const line of stdout.split("\n")) expect(line.length).toBeLessThanOrEqual(80);
  });
});

describe("keys", () => {
  it("are made, listed without the key, and revoked", async () => {
    const made = await whippet("keys", "add", "phone", "--quota", "5", "--json");
    const { key, hash } = JSON.parse(made.stdout) as { key: string; hash: string };
    const listed = await whippet("keys", "list", "--json");
    expect(JSON.parse(listed.stdout)).toMatchObject({ hash, name: "phone", quota: 5 });
    expect(listed.stdout).not.toContain(key);
    expect((await whippet("keys", "revoke", "phone")).code).toBe(0);
    expect((await whippet("keys", "list")).stdout).toMatch(/phone .*revoked \d{4}/);
    expect((await whippet("keys", "revoke", "phone")).code).toBe(1);
  });
});

describe("wrong usage ends with 2", () => {
  it.each<[string, string[], RegExp]>([
    ["an unknown command", ["trian", "photos"], /unknown command 'trian'/],
    ["a missing argument", ["classify"], /missing required argument 'photos'/],
    ["nothing to train on", ["train"], /name the photos to train on, such as `whippet train ~\/photos`; or --resume/],
    ["a wish to go on elsewhere", ["train", "photos", "--resume"], /leave out the photos, or --resume/],
    ["another wish on going on", ["train", "--resume", "--seed", "2", "--json"], /leave out --seed, or --resume/],
    ["what the head does not have", ["train", "photos", "--dropout", ".4"], /--dropout is for --head keras/],
    [
      "what the other head has",
      ["train", "photos", "--head", "keras", "--strength", "3"],
      /--strength is for --head linear/,
    ],
    [
      "what is no sweep",
      ["train", "photos", "--sweep", "colour=red"],
      /"colour=red" is no axis of a sweep; write one as/,
    ],
    ["a sweep of one", ["train", "photos", "--sweep", "views=2"], /a sweep of 1 way to train compares nothing/],
    [
      "a sweep that weighs photos by one label, of several",
      ["train", "photos", "--sweep", "class-weights=none,balanced", "--multi-label"],
      /--class-weights balanced weighs photos by their one label/,
    ],
    ["a sweep of what is not there", ["train", "photos", "--sweep", "backbone=lite0,b7"], /one of lite0, lite2/],
    ["an unknown option", ["train", "photos", "--sed", "1"], /unknown option '--sed'/],
    ["a number that is none", ["train", "photos", "--seed", "x"], /a whole number from 0 to 2147483647/],
    ["a share outside its bounds", ["train", "photos", "--validation", "2"], /a number from 0.01 to 0.9/],
    ["a port that cannot be", ["serve", "--port", "99999"], /a whole number from 0 to 65535/],
    [
      "an unknown backbone",
      ["train", "photos", "--backbone", "b7"],
      /It must be one of lite0, lite2, .*, end in \.onnx, or be an URL/,
    ],
    ["an unknown engine", ["classify", "star.jpg", "--engine", "gpu"], /Allowed choices are auto, native, web/],
    ["a name that fits no URL", ["train", "photos", "--name", "My Dogs"], /--name My Dogs: a name has 1 to 63 of a-z/],
    ["a folder that makes no name", ["train", "???"], /give one with --name/],
    ["a share that is none", ["promote", "dogs", "--share", "all"], /--share <percent>.* invalid/],
    ["a share of everything", ["promote", "dogs", "--share", "100%"], /--share <percent>.* invalid/],
    ["a heat map of two photos", ["classify", "a", "b", "--heatmap", "c"], /--heatmap takes one photo, not 2/],
  ])("%s", async (_, args, message) => {
    const { code, stdout, stderr } = await asked(...args);
    expect(code).toBe(2);
    expect(stdout).toBe("");
    expect(stderr).toMatch(message);
  });

  it.each<[string, string[], RegExp]>([
    ["no command", [], /Usage: whippet/],
    ["nothing to go on with", ["train", "--resume"], /no training was stopped here/],
  ])("in a process of its own: %s", async (_, args, message) => {
    expect(await whippet(...args)).toMatchObject({ code: 2, stdout: "", stderr: expect.stringMatching(message) });
  });
});

describe("a failure ends with 1, and names the fix", () => {
  const version = "20260131T120000Z-1a2b3c4d5e6f";
  it.each<[string, string[], RegExp]>([
    ["a missing folder", ["train", "nowhere"], /nowhere cannot be opened \(ENOENT\); give the folder that holds/],
    [
      "a missing folder, before a backbone is fetched",
      ["train", "nowhere", "--backbone", "https://127.0.0.1:9/net.onnx"],
      /nowhere cannot be opened/,
    ],
    ["an empty folder", ["train", "empty"], /empty is empty; put a folder per class into it/],
    ["a file for a folder", ["train", "star.jpg"], /star.jpg is a file; give the folder/],
    ["one class", ["train", "lonely"], /holds one class, "circles"; a classifier needs two or more/],
    ["nothing to remove", ["remove", "dogs"], /no model named dogs is in file:/],
    ["nothing to roll back", ["rollback", "dogs"], /no model named dogs is published in file:/],
    ["nothing to promote", ["promote", "dogs", version], /model dogs has no version 20260131T120000Z/],
    ["an unknown model", ["models", "dogs"], /no model named dogs is in file:.*`whippet models` lists them/],
    ["no feedback", ["train", "photos", "--feedback", "dogs"], /there is no feedback on dogs in file:/],
    ["nothing to evaluate", ["evaluate", "photos"], /nothing is published .* npx whippet train <photos>/],
    ["a store of no kind", ["models", "--store", "ftp://x"], /cannot open the store "ftp:\/\/x": supported are file:/],
    ["no server", ["verify", "http://127.0.0.1:9"], /no answer from http:\/\/127.0.0.1:9: .*is the server up\?/],
  ])("%s", async (_, args, message) => {
    const { code, stdout, stderr } = await whippet(...args, "--json");
    expect(code).toBe(1);
    expect(stdout).toBe("");
    expect(stderr).toMatch(message);
  });

  it("says that nothing is published, which is no failure", async () => {
    const { code, stdout, stderr } = await whippet("models");
    expect([code, stdout]).toEqual([0, ""]);
    expect(stderr).toContain("Publish with: npx whippet train <photos>");
  });
});

describe("the exit code", () => {
  it.each<[number, unknown]>([
    [0, new CommanderError(0, "commander.help", "")],
    [1, new Error("anything")],
    [2, new UsageError("wrong")],
    [2, new CommanderError(1, "commander.unknownOption", "")],
    [3, new GateRefusedError("web", [])],
    [130, new DOMException("stopped by SIGINT", "AbortError")],
  ])("is %i for %o", (code, error) => expect(exitCode(error)).toBe(code));

  it("comes with the causes, none of them twice", () => {
    const cause = new Error("the disk is full", { cause: new Error("ENOSPC") });
    expect(explain(new Error("cannot publish", { cause }))).toBe(
      "cannot publish\n  because: the disk is full\n  because: ENOSPC",
    );
    expect(explain(new Error("cannot publish: ENOSPC", { cause: new Error("ENOSPC") }))).toBe("cannot publish: ENOSPC");
  });
});

describe("--json, from training to evaluation", () => {
  const scores = { photos: expect.any(Number), top1: expect.any(Number), top5: expect.any(Number) };
  let version: string;

  const data = async (...args: string[]): Promise<unknown[]> => {
    const { stdout } = await whippet(...args, "--json");
    return stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as unknown);
  };

  it("gives what was trained", async () => {
    const { stdout, stderr } = await whippet("train", "photos", ...smallPhotos, "--views", "2", "--json");
    const [trained, ...more] = stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as unknown);
    expect(more).toEqual([]);
    expect(stderr).toMatch(/^views {6}1 more of each photo/m);
    const figures = { ...scores, nll: expect.any(Number), ece: expect.any(Number) };
    expect(trained).toMatchObject({
      model: "photos",
      version: expect.stringMatching(/^\d{8}T\d{6}Z-[0-9a-f]{12}$/),
      promoted: true,
      seconds: expect.any(Number),
      photos: 20,
      classes: 2,
      metrics: { float: figures, served: figures, agreement: expect.any(Number) },
      report: expect.stringMatching(/^\.whippet\/store\/models\/photos\/[^/]+\/report\.html$/),
    });
    const { files, serve } = trained as { files: { path: string }[]; serve: Record<"native" | "web", string> };
    for (const file of files)
      expect(file).toMatchObject({
        path: expect.any(String),
        precision: expect.any(String),
        bytes: expect.any(Number),
        sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
        ms: { web: expect.any(Number) },
        metrics: expect.any(Array),
      });
    // a plan runs on the web engine alone
    expect(files.find(({ path }) => path === serve.native)).toMatchObject({ ms: { native: expect.any(Number) } });
    expect(files.map(({ path }) => path)).toEqual(expect.arrayContaining([serve.native, serve.web]));
    ({ version } = trained as { version: string });
  }, 180_000);

  it("gives a photo's answer, and another's problem, a line each", async () => {
    const { code, stdout } = await whippet("classify", "star.jpg", "notes.txt", "missing.jpg", "--top", "1", "--json");
    expect(code).toBe(1);
    const lines = stdout.trim().split("\n");
    expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([
      {
        file: "star.jpg",
        model: "photos",
        version,
        predictions: [{ label: expect.any(String) }],
        unknown: expect.any(Boolean),
      },
      { file: "notes.txt", problem: { status: 400, title: expect.any(String), detail: expect.any(String) } },
      { file: "missing.jpg", problem: { status: 404, detail: expect.stringContaining("there is no such file") } },
    ]);
  });

  it("gives a model's figures on labelled photos", async () => {
    expect(await data("evaluate", "photos")).toMatchObject([
      { model: "photos", version, ...scores, photos: 20, unknown: expect.any(Number), perClass: [{}, {}] },
    ]);
  });

  it("judges by one class, and leaves out what the URL would refuse, though training reads it", async () => {
    const [label] = (await readdir(join(home, "photos"))).sort();
    const one = join(home, "held-out", label!);
    await cp(join(home, "photos", label!), one, { recursive: true });
    await writeFile(join(one, "scan.tiff"), await draw("stars", 4).tiff().toBuffer());
    const [judged] = await data("evaluate", "held-out");
    expect(judged).toMatchObject({ photos: 10, perClass: [{ label, support: 10 }] });
    const refused = expect.stringContaining("TIFF file; we read JPEG, PNG");
    expect(judged).toMatchObject({ skipped: [{ path: join("held-out", label!, "scan.tiff"), reason: refused }] });
  });

  it("gives the models and their versions", async () => {
    expect(await data("models")).toMatchObject([{ name: "photos", version, labels: 2, task: "single-label" }]);
    expect(await data("models", "photos")).toMatchObject([{ name: "photos", version, role: "answers" }]);
  });

  it("refuses to evaluate on classes that the model does not know, and to roll back what has no previous version", async () => {
    const unknown = await whippet("evaluate", ".");
    expect(unknown.code).toBe(1);
    const rollback = await whippet("rollback", "photos");
    expect(rollback.code).toBe(1);
    expect(rollback.stderr).toContain(`model photos has no version before ${version} to roll back to`);
  });

  it("gives what a pruning cleared: of the cache what is older than a month", async () => {
    expect(await data("prune")).toEqual([{ orphans: [], leftovers: 0, left: [], cache: { entries: 0, bytes: 0 } }]);
    const cache = join(home, ".whippet/cache");
    const kept = await readdir(cache, { recursive: true, withFileTypes: true });
    const files = kept.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
    expect(files.length).toBeGreaterThan(2);
    const old = new Date(Date.now() - 31 * 24 * 3600_000);
    for (const file of files) await utimes(file, old, old);
    const [{ cache: cleared }] = (await data("prune")) as [{ cache: { entries: number; bytes: number } }];
    expect(cleared.entries).toBeGreaterThan(2);
    expect((await readdir(cache)).filter((name) => !name.startsWith("."))).toEqual([]);
  });

  it("gives what was removed", async () => {
    expect(await data("remove", "photos")).toEqual([{ removed: { model: "photos" } }]);
    expect((await whippet("models", "photos")).code).toBe(1);
  });
});
