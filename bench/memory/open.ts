/** Starts a Worker under a lens in workerd, its bucket empty. */
import { join } from "node:path";
import type { R2Bucket } from "@cloudflare/workers-types";
import { createTestHarness, type TestHarness } from "wrangler";
import { packageRoot } from "../../shared/package-root.ts";

/** `edge` runs plans alone, `edge-onnx` plans and ONNX files. */
export type WorkerEntry = "edge" | "edge-onnx";

/** @returns what the caller has to close */
export const openWatched = async (entry: WorkerEntry): Promise<{ worker: TestHarness; bucket: R2Bucket }> => {
  const unlimited = { simple: { limit: 100_000, period: 60 } } as const;
  const worker = createTestHarness({
    workers: [
      {
        config: {
          name: "whippet-memory",
          main: join(packageRoot, `bench/memory/${entry}.ts`),
          compatibility_date: "2026-10-01",
          compatibility_flags: ["enable_request_signal"],
          vars: { WHIPPET_MODEL: "" },
          r2_buckets: [{ binding: "MODELS", bucket_name: "whippet-memory" }],
          ratelimits: [
            { name: "RATE", namespace_id: "1001", ...unlimited },
            { name: "READS", namespace_id: "1003", ...unlimited },
          ],
        },
      },
    ],
  });
  await worker.listen();
  const { MODELS } = (await worker.getWorker().getEnv()) as { MODELS: R2Bucket };
  return { worker, bucket: MODELS };
};
