/** The command that a deploy would run for the edge, run as far as it goes without an account. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { afterAll, describe, expect, it } from "vitest";
import { packageRoot } from "../../../shared/package-root.ts";
import { stopEvaluators } from "../../infra/evaluators.ts";
import { one } from "../../infra/graph.ts";
import { has } from "../../require.ts";
import { graphOf } from "./situations.ts";

const run = promisify(execFile);
afterAll(stopEvaluators);

describe.runIf(has("sst"))("the Worker's deploy", () => {
  it.each([
    ["withEdge", "whippet-models-staging"],
    ["productionEdge", "whippet-models"],
    ["withKeys", "whippet-models-staging"],
  ] as const)("%s is one that wrangler takes, bound to the bucket that was made before it", async (name, bucket) => {
    const graph = await graphOf(name);
    const { create } = one(graph, "Command", "EdgeWorker").inputs;
    const { stdout } = await run("sh", ["-c", `${create} --dry-run`], {
      cwd: packageRoot,
      maxBuffer: 1e8,
      env: { ...process.env, WHIPPET_FALLBACK_TOKEN: "a-token-that-two-share" },
    });
    // a secret is named, never shown
    expect(stdout.includes("env.WHIPPET_FALLBACK_TOKEN")).toBe(name === "withKeys");
    expect(stdout).not.toContain("a-token-that-two-share");
    expect(stdout).toContain(`env.MODELS (${bucket})`);
    expect(stdout).toContain("env.WHIPPET_FALLBACK_URL");
    expect(one(graph, "Command", "EdgeModels").inputs.create).toMatch(new RegExp(`create ${bucket}$`));
  });
});
