import { defineConfig } from "vitest/config";

/** What keeps one core busy at a time: two files at once. */
const narrow = [
  "cli/deploy-edge",
  "finetune/graph/*",
  "finetune/{node-binding,operators}",
  "infra/*",
  "keras/parity",
  "lean/*",
  "registry/*",
  "remote/*",
  "store/{publishing,s3-network}",
].map((files) => `test/long/${files}.test.ts`);

/** Load, kills and large sets: one file at a time, so that each has both cores. */
export default defineConfig({
  test: {
    pool: "forks",
    maxConcurrency: 2,
    testTimeout: 900_000,
    hookTimeout: 900_000,
    projects: [
      {
        extends: true,
        test: { name: "one core", include: narrow, maxWorkers: 2, sequence: { groupOrder: 1 } },
      },
      {
        extends: true,
        test: {
          name: "both cores",
          include: ["test/long/**/*.test.ts"],
          exclude: narrow,
          maxWorkers: 1,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
