/** A newcomer's first minute: `whippet serve` with an empty store already names dog breeds. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Answer } from "../../shared/classifier/classifier.ts";
import type { Manifest } from "../../shared/manifest.ts";
import { has, photosFolder } from "../require.ts";
import { endCommands, type RunningCommand, serve } from "./command.ts";
import { temporaryFolder } from "./folders.ts";

const { home, remove } = await temporaryFolder("first-start");
let server: RunningCommand & { url: string };

beforeAll(async () => {
  server = await serve([], { cwd: home });
});
afterAll(async () => {
  endCommands();
  await remove();
});

const get = async <Body>(path: string): Promise<Body> => (await fetch(`${server.url}${path}`)).json() as Promise<Body>;

const classify = async (folder: string): Promise<Answer> => {
  const [photo] = (await readdir(join(photosFolder, folder))).sort();
  const form = new FormData();
  form.append("photo", new File([await readFile(join(photosFolder, folder, photo!))], photo!));
  const response = await fetch(`${server.url}/classify`, { method: "POST", body: form });
  expect(response.status).toBe(200);
  return (await response.json()) as Answer;
};

describe("the first start", () => {
  it("publishes 120 dog breeds and a background, and says that their gate was passed elsewhere", async () => {
    const { default: name } = await get<{ default: string }>("/models");
    expect(name).toBe("dog-breeds");
    const manifest = await get<Manifest>("/models/dog-breeds");
    expect(manifest.labels).toHaveLength(121);
    expect(manifest.background).toBe(manifest.labels.at(-1));
    expect(manifest.outputs.heatmap?.classes).toBe(120);
    expect(manifest.gate).toMatchObject({ passed: true, precomputed: true });
    // what answers is what was measured: a change to how forms are made has to be measured again, by models/measure.ts
    expect(manifest.gate.notes.filter((note) => note.includes("differs"))).toEqual([]);
  });

  it("is ready, and shows an upload form", async () => {
    expect(await get("/readyz")).toMatchObject({ ready: true, model: "dog-breeds" });
    expect(await (await fetch(server.url)).text()).toContain("<form");
  });

  it.runIf(has("photos"))("names the breed of a dog, and knows that a flower is none", async () => {
    const dog = await classify("dogs-clean/samoyed");
    expect(dog).toMatchObject({ unknown: false });
    expect(dog.predictions[0]!.label.toLowerCase()).toContain("samoyed");
    expect((await classify("flowers/sunflowers")).unknown).toBe(true);
  });

  it("ends cleanly by Ctrl-C, and finds its model again at the next start", async () => {
    const { version } = await get<Manifest>("/models/dog-breeds");
    server.kill("SIGINT");
    const first = await server.ended;
    expect(first.code).toBe(0);
    expect(first.stderr).toContain("building the model dog-breeds");
    // a script reads one line of data; all else is stderr's
    expect(first.stdout.trim().split("\n")).toHaveLength(1);

    server = await serve([], { cwd: home });
    expect(await get<Manifest>("/models/dog-breeds")).toMatchObject({ version });
    server.kill("SIGTERM");
    const second = await server.ended;
    expect(second.code).toBe(0);
    expect(second.stderr).not.toContain("building");
  });
});
