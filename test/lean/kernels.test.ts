import { readFile } from "node:fs/promises";
import { expect, it } from "vitest";
import { compileKernels } from "../../shared/engine/lean/build.ts";

const committed = (): Promise<Buffer> => readFile(new URL("../../shared/engine/lean/kernels.wasm", import.meta.url));

it("commits the kernels that its sources compile to, byte for byte (`npm run build:lean` writes them)", async () => {
  expect(Buffer.compare(await compileKernels(), await committed())).toBe(0);
});

it("keeps the kernels below 60 kB", async () => {
  expect((await committed()).length).toBeLessThan(60_000);
});
