import { mkdtemp, readdir, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { readPacks, writePack } from "../../training/features/pack.ts";

const photo = (digit: string): string => digit.repeat(64);
const vectors = new Map([
  [photo("a"), new Float32Array([1, 2, 3])],
  [photo("b"), new Float32Array([4, 5, 6])],
]);

it("reads back what it wrote, of what was asked for", async () => {
  const folder = await mkdtemp(join(tmpdir(), "whippet-pack-"));
  await writePack(folder, vectors);
  await writePack(folder, new Map([[photo("c"), new Float32Array([7, 8, 9])]]));
  const found = await readPacks(folder, new Set([photo("b"), photo("c"), photo("d")]));
  expect([...found.keys()].sort()).toEqual([photo("b"), photo("c")]);
  expect(found.get(photo("b"))).toEqual(vectors.get(photo("b")));
});

it("takes a pack for absent wherever one of its bytes is damaged or missing", async () => {
  const folder = await mkdtemp(join(tmpdir(), "whippet-pack-"));
  await writePack(folder, vectors);
  const [name] = (await readdir(folder)) as [string];
  const whole = await readFile(join(folder, name));
  for (let at = 0; at < whole.length; at += 7) {
    const damaged = Buffer.from(whole);
    damaged[at]! ^= 0x10;
    await writeFile(join(folder, name), damaged);
    expect((await readPacks(folder, new Set(vectors.keys()))).size).toBe(0);
    await writeFile(join(folder, name), whole.subarray(0, at));
    expect((await readPacks(folder, new Set(vectors.keys()))).size).toBe(0);
  }
});

it("finds nothing where there is no cache", async () => {
  expect(await readPacks("/nowhere/at/all", new Set([photo("a")]))).toEqual(new Map());
});
