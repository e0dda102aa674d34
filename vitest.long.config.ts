import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** What is held to the time that it takes, or packs this folder as another file does: one at a time. */
const alone = ["load", "size", "stopping"].map((file) => `test/long/${file}.test.ts`);

/** Minutes each. Begun first, or one of them would keep one core busy at the end. */
const longest = ["accuracy", "article", "lambda", "export/refusals", "infra/graph", "task", "page-shrinking"].map(
  (file) => `test/long/${file}.test.ts`,
);

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification): number => {
      const found = longest.findIndex((file) => moduleId.endsWith(file));
      return found < 0 ? longest.length : found;
    };
    return (await super.sort(files)).sort((a, b) => place(a) - place(b));
  }
}

/** Load, kills and large sets. Few keep both cores busy all the time: two files at once. */
export default defineConfig({
  test: {
    pool: "forks",
    maxConcurrency: 2,
    testTimeout: 900_000,
    hookTimeout: 900_000,
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        extends: true,
        test: {
          name: "two at once",
          include: ["test/long/**/*.test.ts"],
          exclude: alone,
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
      { extends: true, test: { name: "alone", include: alone, maxWorkers: 1, sequence: { groupOrder: 2 } } },
    ],
  },
});
