import type { Build, CodeBuildClient } from "@aws-sdk/client-codebuild";
import { describe, expect, it } from "vitest";
import { runBuild } from "../../infra/run-codebuild.ts";

/** A CodeBuild whose build is in each of these states when looked at, the first when it is started. */
const codeBuild = (...states: (Partial<Build> | undefined)[]) => {
  const asked: Record<string, unknown>[] = [];
  const send = async ({ input }: { input: Record<string, unknown> }) => {
    asked.push(input);
    const build = states.shift();
    return { build, builds: build ? [build] : [] };
  };
  return { client: { send } as unknown as Pick<CodeBuildClient, "send">, asked };
};

const run = async (...states: (Partial<Build> | undefined)[]) => {
  const { client, asked } = codeBuild(...states);
  let waits = 0;
  await runBuild(client, { project: "images", hash: "0123456789abcdef" }, async () => void waits++);
  return { asked, waits };
};

describe("building the training images by CodeBuild", () => {
  it("starts one build of what the hash names, and waits for its end", async () => {
    const { asked, waits } = await run(
      { id: "images:1", buildStatus: "IN_PROGRESS" },
      { id: "images:1", buildStatus: "IN_PROGRESS" },
      { id: "images:1", buildStatus: "SUCCEEDED" },
    );
    expect(waits).toBe(2);
    expect(asked[0]).toMatchObject({
      projectName: "images",
      environmentVariablesOverride: [{ name: "HASH", value: "0123456789abcdef" }],
    });
    expect(asked[2]).toEqual({ ids: ["images:1"] });
  });

  it("names the phase that failed, why, and where its log is", () =>
    expect(
      run({
        id: "images:1",
        buildStatus: "FAILED",
        phases: [
          { phaseType: "INSTALL", phaseStatus: "SUCCEEDED" },
          { phaseType: "BUILD", phaseStatus: "FAILED", contexts: [{ message: "manifest unknown" }] },
        ],
        logs: { deepLink: "https://console.example/log" },
      }),
    ).rejects.toThrow(
      "the training images were not built: FAILED in BUILD (manifest unknown); its log: https://console.example/log",
    ));

  it("says so when CodeBuild forgot the build", () =>
    expect(run({ id: "images:1", buildStatus: "IN_PROGRESS" }, undefined)).rejects.toThrow("deploy again"));
});
