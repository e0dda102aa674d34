/** Trainings in the tests of the gate: of 20 drawn photos on small ones' network, and of a folder on lite0. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";
import { createCache } from "../../training/cache.ts";
import { train } from "../../training/train.ts";
import type { TrainingOptions, TrainingResult } from "../../training/training.ts";
import { drawFolder } from "../drawing.ts";
import { silent } from "../silent.ts";
import { createMemoryStore } from "../store/memory.ts";
import { input, smallBackbone, smallInput } from "./models.ts";

export const trainOn = (
  options: Pick<TrainingOptions, "photos" | "backbone" | "ownBackbone">,
): Promise<TrainingResult> =>
  train({
    name: "broken",
    store: createMemoryStore(),
    validation: 0.2,
    seed: 1,
    head: { kind: "linear" },
    promote: true,
    force: false,
    cache: createCache(createMemoryStore(), expect.unreachable),
    progress: silent,
    ...options,
  });

/** Two classes of ten photos each. @param home an empty folder */
export const trainOnTwenty = async (home: string): Promise<TrainingResult> => {
  await drawFolder(join(home, "photos"), 2, 10);
  const backbone = join(home, "small.onnx");
  await writeFile(backbone, await smallBackbone());
  const { mean, std, crop } = input;
  return trainOn({ photos: join(home, "photos"), backbone, ownBackbone: { size: smallInput.size, crop, mean, std } });
};
