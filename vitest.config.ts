import { defineConfig } from "vitest/config";

// Two cores, and most tests run wasm or native inference: two files at a time, each in a process of its own.
export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    exclude: ["test/long/**", "node_modules/**"],
    pool: "forks",
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
