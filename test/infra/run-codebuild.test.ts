import type { Build, CodeBuildClient } from "@aws-sdk/client-codebuild";
import { describe, expect, it } from "vitest";
import { runBuild } from "../../infra/run-codebuild.ts";

/** Builds by their token; each is in these states when it is looked at, the last one for good. */
const createCodeBuild = () => {
  const builds = new Map<string, { id: string; states: (Partial<Build> | undefined)[] }>();
  const started: Record<string, unknown>[] = [];
  const next: (Partial<Build> | undefined)[][] = [];
  const send = async ({ input }: { input: { idempotencyToken?: string; ids?: string[] } }) => {
    if (input.idempotencyToken !== undefined) {
      started.push(input);
      const known = builds.get(input.idempotencyToken);
      const build = known ?? { id: `images:${String(builds.size).padStart(12, "0")}`, states: next.shift() ?? [] };
      builds.set(input.idempotencyToken, build);
      // as AWS does it, whatever has become of it
      return { build: { id: build.id, buildStatus: "IN_PROGRESS" } };
    }
    const { id, states } = [...builds.values()].find((build) => build.id === input.ids?.[0])!;
    const state = states.length > 1 ? states.shift() : states[0];
    return { builds: state === undefined ? [] : [{ id, ...state }] };
  };
  return {
    started,
    /** What becomes of the next build that is started. */
    willBe: (...states: (Partial<Build> | undefined)[]) => void next.push(states),
    async run() {
      let waits = 0;
      const client = { send } as unknown as Pick<CodeBuildClient, "send">;
      await runBuild(client, { project: "images", hash: "0123456789abcdef" }, async () => void waits++);
      return waits;
    },
  };
};

const running = { buildStatus: "IN_PROGRESS" } as const;
const succeeded = { buildStatus: "SUCCEEDED" } as const;
const failed: Partial<Build> = {
  buildStatus: "FAILED",
  phases: [
    { phaseType: "INSTALL", phaseStatus: "SUCCEEDED" },
    { phaseType: "BUILD", phaseStatus: "FAILED", contexts: [{ message: "manifest unknown" }] },
  ] as Build["phases"],
  logs: { deepLink: "https://console.example/log" },
};

describe("building the training images by CodeBuild", () => {
  it("starts one build of what the hash names, and waits for its end", async () => {
    const codeBuild = createCodeBuild();
    codeBuild.willBe(running, running, succeeded);
    expect(await codeBuild.run()).toBe(2);
    expect(codeBuild.started).toMatchObject([
      { projectName: "images", environmentVariablesOverride: [{ name: "HASH", value: "0123456789abcdef" }] },
    ]);
  });

  it("joins a build that an interrupted deploy has started, or that is done", async () => {
    const codeBuild = createCodeBuild();
    codeBuild.willBe(running, running, running, succeeded);
    await Promise.all([codeBuild.run(), codeBuild.run()]);
    await codeBuild.run();
    expect(new Set(codeBuild.started.map(({ idempotencyToken }) => idempotencyToken)).size).toBe(1);
  });

  it("names the phase that failed, why, and where its log is", async () => {
    const codeBuild = createCodeBuild();
    codeBuild.willBe(running, failed);
    await expect(codeBuild.run()).rejects.toThrow(
      "the training images were not built: FAILED in BUILD (manifest unknown); its log: https://console.example/log",
    );
  });

  it("builds anew when it is run again soon after a failure, however often that was", async () => {
    const codeBuild = createCodeBuild();
    for (let time = 0; time < 2; time++) {
      codeBuild.willBe(running, failed);
      await expect(codeBuild.run()).rejects.toThrow("FAILED in BUILD");
    }
    codeBuild.willBe(running, succeeded);
    expect(await codeBuild.run()).toBe(1);
  });

  it("says so when CodeBuild forgot the build", () => {
    const codeBuild = createCodeBuild();
    codeBuild.willBe(running, undefined);
    return expect(codeBuild.run()).rejects.toThrow("deploy again");
  });
});
