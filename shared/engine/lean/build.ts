/** Compiles `assembly/` to `kernels.wasm`, which is committed: `npm run build:lean`. The same sources give the same bytes. */
import { writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import asc from "assemblyscript/asc";

const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

/** @throws Error with the compiler's messages */
export const compileKernels = async (): Promise<Uint8Array> => {
  let wasm: Uint8Array | undefined;
  const { error, stderr } = await asc.main(
    // memory starts with one page, which the engine grows once
    `index.ts -o kernels.wasm -O3 --runtime stub --noAssert --enable simd --initialMemory 1 --baseDir`
      .split(" ")
      .concat(here("assembly")),
    {
      writeFile: (name, contents) => {
        if (name === "kernels.wasm" && contents instanceof Uint8Array) wasm = contents;
      },
    },
  );
  if (error || !wasm || stderr.toString() !== "") throw new Error(`the kernels do not compile: ${stderr}`);
  return wasm;
};

if (import.meta.main) await writeFile(here("kernels.wasm"), await compileKernels());
