import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { withLock } from "../../shared/store/lock.ts";
import { startProcess } from "./process.ts";

const home = await mkdtemp(join(tmpdir(), "whippet-lock-"));
afterAll(() => rm(home, { recursive: true, force: true }));

const killedHolder = async (file: string) => {
  const holder = startProcess(`import { withLock } from "./shared/store/lock.ts";
    await withLock(${JSON.stringify(file)}, async () => { console.log("held"); await new Promise((r) => setTimeout(r, 60_000)); });`);
  await holder.printed("held");
  holder.kill();
  await holder.ended;
};

describe("withLock", () => {
  it("lets only one work at a time, and hands on when work fails", async () => {
    const file = join(home, "one", "lock");
    let inside = 0;
    const work = (i: number) =>
      withLock(file, async () => {
        expect(++inside).toBe(1);
        await new Promise((resolve) => setTimeout(resolve, 5));
        inside--;
        if (i === 1) throw new Error("work failed");
        return i;
      });
    const results = await Promise.allSettled([0, 1, 2, 3].map(work));
    expect(results.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled", "fulfilled"]);
    expect(await readdir(join(home, "one"))).toEqual([]);
  });

  it("takes over at once from a holder that was killed", async () => {
    const file = join(home, "killed", "lock");
    await killedHolder(file);
    expect(await readdir(join(home, "killed"))).toEqual(["lock"]);
    const began = Date.now();
    expect(await withLock(file, async () => "mine")).toBe("mine");
    expect(Date.now() - began).toBeLessThan(2000);
    expect(await readdir(join(home, "killed"))).toEqual([]);
  });

  it("waits for a living holder in another process", async () => {
    const file = join(home, "living", "lock");
    const holder = startProcess(`import { withLock } from "./shared/store/lock.ts";
      await withLock(${JSON.stringify(file)}, async () => { console.log("held"); await new Promise((r) => setTimeout(r, 400)); console.log("done"); });`);
    await holder.printed("held");
    await withLock(file, () => holder.printed("done"));
    expect(await holder.ended).toContain("done");
  });

  it("excludes processes from one another when all of them find the same dead holder", async () => {
    const file = join(home, "contended", "lock");
    const counter = join(home, "counter");
    await writeFile(counter, "0");
    await killedHolder(file);
    const raise = `import { readFile, writeFile } from "node:fs/promises"; import { withLock } from "./shared/store/lock.ts";
      for (let i = 0; i < 20; i++) await withLock(${JSON.stringify(file)}, async () => {
        const was = Number(await readFile(${JSON.stringify(counter)}, "utf8"));
        await writeFile(${JSON.stringify(counter)}, String(was + 1));
      });`;
    await Promise.all([1, 2, 3].map(() => startProcess(raise).ended));
    expect(await readFile(counter, "utf8")).toBe("60");
  });

  it("removes a lock that a power cut left empty", async () => {
    const file = join(home, "empty-lock");
    await writeFile(file, "");
    expect(await withLock(file, async () => "mine")).toBe("mine");
  });
});
