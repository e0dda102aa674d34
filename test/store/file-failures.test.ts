/** What no disk can be made to do on demand: its answers are put in between. All else is the real file system. */
import * as fs from "node:fs/promises";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, describe, expect, it, vi } from "vitest";
import { createFileStore } from "../../shared/store/file.ts";

vi.mock("node:fs/promises", { spy: true });

const home = await mkdtemp(join(tmpdir(), "whippet-file-failures-"));
afterEach(() => vi.resetAllMocks());
afterAll(() => rm(home, { recursive: true, force: true }));

const failure = (code: string) => Object.assign(new Error(`${code}: the disk says so`), { code });
const bytes = new TextEncoder().encode("content");

describe("a write to a folder", () => {
  it("says that the folder could not be made durable, after the file was moved into it", async () => {
    const store = createFileStore(join(home, "durable"));
    const { open } = await vi.importActual<typeof fs>("node:fs/promises");
    vi.mocked(fs.open).mockImplementation(async (path, flags) => {
      if (String(path).endsWith("models")) throw failure("EIO");
      return open(path, flags);
    });
    await expect(store.put("models/a", bytes)).rejects.toThrow("EIO: the disk says so");
    expect(new TextDecoder().decode((await store.get("models/a"))!.bytes)).toBe("content");
  });

  it("makes a folder again that was taken away meanwhile", async () => {
    const store = createFileStore(join(home, "taken"));
    vi.mocked(fs.rename).mockRejectedValueOnce(failure("ENOENT"));
    await store.put("models/a", bytes);
    expect(await store.get("models/a")).toBeDefined();
  });

  it("is tried once where it cannot go well", async () => {
    const store = createFileStore(join(home, "full"));
    vi.mocked(fs.rename).mockRejectedValue(failure("ENOSPC"));
    await expect(store.put("models/a", bytes)).rejects.toThrow("ENOSPC");
    expect(fs.rename).toHaveBeenCalledTimes(1);
  });
});
