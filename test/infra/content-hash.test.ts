import { mkdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { contentHash } from "../../infra/content-hash.ts";
import { temporaryFolder } from "../e2e/folders.ts";

const { home, remove } = await temporaryFolder("hash");
afterAll(remove);

describe("the hash of files", () => {
  it("stays while they do, and changes with a byte, a name or a file more", async () => {
    await mkdir(join(home, "sources", "deep"), { recursive: true });
    await writeFile(join(home, "sources", "a.ts"), "1");
    await writeFile(join(home, "sources", "deep", "b.ts"), "2");
    await writeFile(join(home, "package.json"), "{}");
    const hash = () => contentHash(home, ["sources", "package.json"]);
    const seen = [hash()];
    expect(contentHash(home, ["package.json", "sources"])).toBe(seen[0]);
    await writeFile(join(home, "sources", "deep", "b.ts"), "3");
    seen.push(hash());
    await rename(join(home, "sources", "a.ts"), join(home, "sources", "c.ts"));
    seen.push(hash());
    await writeFile(join(home, "sources", "d.ts"), "");
    seen.push(hash());
    expect(new Set(seen).size).toBe(4);
    for (const hash of seen) expect(hash).toMatch(/^[0-9a-f]{16}$/);
  });
});
