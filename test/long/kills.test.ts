/** `whippet train` killed at any moment changes nothing that readers of the store see; Ctrl-C stops it cleanly. */
import { readdirSync, readFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { listVersions, readPointer } from "../../shared/registry.ts";
import { createFileStore } from "../../shared/store/file.ts";
import { random } from "../drawing.ts";
import { endCommands, type RunningCommand, runForData, startCommand } from "../e2e/command.ts";
import { fillWithPhotos, temporaryFolder } from "../e2e/folders.ts";
import { writeSmallBackbone } from "../e2e/small-backbone.ts";
import type { Trained } from "../e2e/training.ts";
import { readWhole } from "../registry/reader.ts";

const { home, remove } = await temporaryFolder("kills");
await fillWithPhotos(join(home, "photos"), 10);
const training = ["train", "photos", ...(await writeSmallBackbone(home))];
const here = { cwd: home };
const store = createFileStore(join(home, ".whippet/store"));
let first: Trained;

beforeAll(async () => {
  first = await runForData<Trained>(training, here);
});
afterAll(async () => {
  endCommands();
  await remove();
});

const dropCache = () => rm(join(home, ".whippet/cache"), { recursive: true, force: true });

const secondVersion = (): RunningCommand => startCommand([...training, "--seed", "2"], here);

/** Waits until the running command has begun to write files of another version. */
const publishing = async (command: RunningCommand): Promise<void> => {
  let over = false;
  void command.ended.then(() => (over = true));
  const known = new Set((await store.list("models/photos/")).map(({ key }) => key));
  while (!over && (await store.list("models/photos/")).every(({ key }) => known.has(key))) await sleep(2);
};

/** Processes whose parent is `pid`. */
const childrenOf = (pid: number): number[] =>
  readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => {
      try {
        return readFileSync(`/proc/${name}/stat`, "utf8").split(") ")[1]!.split(" ")[1] === String(pid);
      } catch {
        return false;
      }
    })
    .map(Number);

const KILLS = 6;

describe("whippet train", () => {
  it(`shows readers the old version, whole, however it is killed on its way (${KILLS} times)`, async () => {
    const next = random(11);
    for (let kill = 0; kill < KILLS; kill++) {
      await dropCache();
      const command = secondVersion();
      // spread over the run, up to where the gate is at work; not later, or a less busy machine would be done by then
      await sleep(((kill + next()) / KILLS) * 0.6 * first.seconds * 1000);
      command.kill("SIGKILL");
      await command.ended;
      expect(await readWhole(store, "photos")).toBe(first.version);
    }
    expect(await listVersions(store, "photos")).toEqual([first.version]);
  });

  it("shows readers the old version or the new one, whole, when it is killed while it publishes", async () => {
    for (const delay of [0, 5, 20]) {
      const command = secondVersion();
      await publishing(command);
      await sleep(delay);
      command.kill("SIGKILL");
      await command.ended;
      const seen = await readWhole(store, "photos");
      expect(await listVersions(store, "photos")).toContain(seen);
      if (seen !== first.version) expect((await readPointer(store, "photos"))?.pointer.previous).toBe(first.version);
    }
  });

  it("stops by Ctrl-C within seconds, publishes nothing, says how to go on, and leaves no process behind", async () => {
    const before = await readPointer(store, "photos");
    const versions = await listVersions(store, "photos");
    const command = startCommand([...training, "--seed", "3"], here);
    // the head is there, and its forms are on their way
    await command.said("unknown ");
    const children = childrenOf(command.pid);
    const stopped = performance.now();
    command.kill("SIGINT");
    const { code, stdout, stderr } = await command.ended;
    expect(code).toBe(130);
    expect(performance.now() - stopped).toBeLessThan(5000);
    expect(stdout).toBe("");
    expect(stderr).toMatch(/Stopped; nothing was published\. .* go on with\n {2}npx whippet train --resume/);
    for (const child of children) expect(() => process.kill(child, 0)).toThrow("ESRCH");
    expect(await readPointer(store, "photos")).toEqual(before);
    expect(await listVersions(store, "photos")).toEqual(versions);
  });

  it("goes on with --resume, to the model that it would have been", async () => {
    const resumed = await runForData<Trained>(["train", "--resume"], here);
    const whole = await runForData<Trained>([...training, "--seed", "3"], here);
    expect(whole).toMatchObject({ version: resumed.version, existed: true });
    const again = await startCommand(["train", "--resume"], here).ended;
    expect(again).toMatchObject({ code: 2, stdout: "" });
    expect(again.stderr).toContain("no training was stopped here");
  });

  it("completes afterwards as if nothing had been", async () => {
    const second = await runForData<Trained>([...training, "--seed", "2"], here);
    expect(second.promoted).toBe(true);
    expect(await readWhole(store, "photos")).toBe(second.version);
  });
});
