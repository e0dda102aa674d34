/** Real processes, killed while they publish into a folder that others read. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, expect, it } from "vitest";
import { listVersions, promote, prune, readPointer } from "../../shared/registry.ts";
import { createFileStore } from "../../shared/store/file.ts";
import { random } from "../drawing.ts";
import { startProcess } from "../store/process.ts";
import { steppingClock } from "./model.ts";
import { readWhole } from "./reader.ts";

const home = await mkdtemp(join(tmpdir(), "whippet-killed-"));
afterAll(() => rm(home, { recursive: true, force: true }));

const KILLS = 20;

it(`shows readers only whole versions while ${KILLS} publishers are killed at random moments`, async () => {
  const store = createFileStore(home);
  const publisher = (start: number) => `
    import { publish } from "./shared/registry.ts";
    import { createFileStore } from "./shared/store/file.ts";
    import { modelOf } from "./test/registry/model.ts";
    const store = createFileStore(${JSON.stringify(home)});
    for (let i = 0; ; i++) {
      const now = ${start} + i * 1000;
      await publish(store, { ...(await modelOf(("model ${start} " + i + ". ").repeat(5000))), clock: { now: () => now } });
      console.log("published");
    }`;
  const next = random(7);
  let reading = true;
  const versions = new Set<string>();
  const reader = (async () => {
    while (reading) {
      if (await readPointer(store, "dogs")) versions.add(await readWhole(store));
      await sleep(1);
    }
  })();
  for (let kill = 0; kill < KILLS; kill++) {
    const child = startProcess(publisher(Date.UTC(2026, 0, 1, kill)));
    await child.printed("published");
    await sleep(next() * 120);
    child.kill();
    await child.ended;
  }
  reading = false;
  await reader;
  expect(versions.size).toBeGreaterThan(KILLS / 2);

  const { orphans, leftovers } = await prune(store, { olderThan: new Date(Date.now() + 1000) });
  expect(orphans.length + leftovers).toBeGreaterThan(0);
  for (const version of await listVersions(store, "dogs")) await promote(store, "dogs", version, steppingClock());
  expect(await prune(store, { olderThan: new Date(Date.now() + 1000) })).toEqual({
    orphans: [],
    leftovers: 0,
    left: [],
  });
}, 120_000);
