import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { createFileStore } from "../../shared/store/file.ts";
import { openStore } from "../../shared/store/open.ts";
import { describeStore } from "./conformance.ts";
import { startProcess } from "./process.ts";

const home = await mkdtemp(join(tmpdir(), "whippet-file-store-"));
afterAll(() => rm(home, { recursive: true, force: true }));
let folders = 0;
const newFolder = () => join(home, String(folders++));
const bytes = (text: string) => new TextEncoder().encode(text);

describeStore("a folder", async () => createFileStore(newFolder()));

describe("a folder shared by processes", () => {
  it("loses no increment of a counter that three processes raise by compare-and-swap", async () => {
    const folder = newFolder();
    const store = createFileStore(folder);
    await store.put("counter", bytes("0"));
    const raise = (name: string) => `import { createFileStore } from "./shared/store/file.ts";
      const store = createFileStore(${JSON.stringify(folder)});
      for (let done = 0; done < 25; ) {
        const { bytes, etag } = await store.get("counter");
        const next = parseInt(new TextDecoder().decode(bytes)) + 1 + " by ${name}";
        try { await store.put("counter", new TextEncoder().encode(next), { only: { etag } }); done++; }
        catch (error) { if (error.name !== "ConflictError") throw error; }
      }`;
    await Promise.all(["a", "b", "c"].map((name) => startProcess(raise(name)).ended));
    expect(new TextDecoder().decode((await store.get("counter"))!.bytes)).toMatch(/^75 by [abc]$/);
  });

  it("never shows half of an object that another process is overwriting", async () => {
    const folder = newFolder();
    const store = createFileStore(folder);
    const writer = startProcess(`import { createFileStore } from "./shared/store/file.ts";
      const store = createFileStore(${JSON.stringify(folder)});
      for (let i = 0; ; i++) { await store.put("object", new Uint8Array(500_000).fill(i)); if (i === 3) console.log("writing"); }`);
    await writer.printed("writing");
    const seen = new Set<number>();
    for (let i = 0; i < 100; i++) {
      const { bytes } = (await store.get("object"))!;
      expect(bytes).toHaveLength(500_000);
      expect(bytes.findIndex((byte) => byte !== bytes[0])).toBe(-1);
      seen.add(bytes[0]!);
    }
    writer.kill();
    await writer.ended;
    expect(seen.size).toBeGreaterThan(1);
  });
});

describe("a folder in which writers were killed", () => {
  it("lists nothing of what they left, and sweeps it when it is old", async () => {
    const folder = newFolder();
    const store = createFileStore(folder);
    await store.put("models/a", bytes("whole"));
    const drafts = join(folder, ".whippet", "drafts");
    const old = new Date(Date.now() - 48 * 3600_000);
    for (const name of ["old", "new"]) await writeFile(join(drafts, name), "half");
    await utimes(join(drafts, "old"), old, old);
    const lock = join(folder, ".whippet", "locks", "0".repeat(64));
    await mkdir(join(folder, ".whippet", "locks"), { recursive: true });
    await writeFile(lock, "");
    await utimes(lock, old, old);
    expect((await store.list("")).map(({ key }) => key)).toEqual(["models/a"]);
    expect(await store.sweep?.(new Date(Date.now() - 24 * 3600_000))).toBe(2);
    expect(await readdir(drafts)).toEqual(["new"]);
    expect(await readdir(join(folder, ".whippet", "locks"))).toEqual([]);
  });

  it("leaves no folder behind when the last object in it goes", async () => {
    const folder = newFolder();
    const store = createFileStore(folder);
    await store.put("models/a/b/c", bytes("x"));
    await store.remove(["models/a/b/c"]);
    expect(await readdir(folder)).toEqual([".whippet"]);
  });
});

describe("openStore", () => {
  it.each([
    ["a relative path", (folder: string) => `file:${relative(process.cwd(), folder)}`],
    ["an absolute path", (folder: string) => `file:${folder}`],
    ["a file URL", (folder: string) => pathToFileURL(folder).href],
  ])("opens a folder by %s", async (_, urlOf) => {
    const folder = newFolder();
    await createFileStore(folder).put("key", bytes("x"));
    expect(await openStore(urlOf(folder)).get("key")).toBeDefined();
  });

  it.each(["gs://bucket", ".whippet/store", "file:", ""])("refuses %j, saying what is supported", (url) => {
    expect(() => openStore(url)).toThrow(`cannot open the store ${JSON.stringify(url)}: supported are file:FOLDER`);
  });
});
