/** Times tiles on any platform: milliseconds of a fixed number of multiplications, the least of ten, by name. */
import type { Task } from "../../test/tools/platforms/task.ts";
import type { Variant } from "./tile-variants.ts";

type Tile = (panel: number, weights: number, turns: number, output: number) => void;

/** A panel of pixels and one of weights that lie in the nearest cache together. */
const steps = 256;
const multiplications = 1e9;
const rounds = 10;

const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 1));

const timeTiles: Task = async (kernels, body) => {
  const variants = JSON.parse(new TextDecoder().decode(body)) as Variant[];
  const { exports } = await WebAssembly.instantiate(kernels);
  const times: Record<string, number> = {};
  for (let round = -1; round < rounds; round++)
    for (const { name, pixels, vectors, steps: unrolled, numbers } of variants) {
      const tile = exports[name] as Tile;
      const products = steps * pixels * vectors * 4 * (numbers === "fp32" ? 1 : 2);
      // in a Worker time moves on between events alone
      await pause();
      const start = Date.now();
      for (let i = 0; i < multiplications / products; i++) tile(65_536, 131_072, steps / unrolled, 196_608);
      await pause();
      if (round >= 0) times[name] = Math.min(times[name] ?? Number.POSITIVE_INFINITY, Date.now() - start);
    }
  return times;
};
export default timeTiles;
