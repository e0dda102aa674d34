/** Runs one CodeBuild build of the training images and waits for its end: `PROJECT=… HASH=… node infra/run-codebuild.ts`. */
import { setTimeout } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { BatchGetBuildsCommand, type Build, CodeBuildClient, StartBuildCommand } from "@aws-sdk/client-codebuild";

const SECONDS_BETWEEN_LOOKS = 10;

export interface BuildRequest {
  project: string;
  /** Of what the images are built from; their tag. */
  hash: string;
}

/**
 * @param wait between two looks at the build
 * @throws Error naming the phase that failed and where its log is
 */
export const runBuild = async (
  client: Pick<CodeBuildClient, "send">,
  { project, hash }: BuildRequest,
  wait: () => Promise<unknown>,
): Promise<void> => {
  const started = await client.send(
    new StartBuildCommand({
      projectName: project,
      environmentVariablesOverride: [{ name: "HASH", value: hash }],
      // a deploy that was cut off and runs again joins the build that it started
      idempotencyToken: `${project}-${hash}`.slice(-64),
    }),
  );
  let build = started.build;
  while (build?.buildStatus === "IN_PROGRESS") {
    await wait();
    const { builds } = await client.send(new BatchGetBuildsCommand({ ids: [build.id!] }));
    build = builds?.[0];
  }
  if (build?.buildStatus !== "SUCCEEDED") throw new Error(failureOf(build));
};

const failureOf = (build: Build | undefined): string => {
  if (build === undefined) return "CodeBuild no longer knows the build of the training images; deploy again";
  const phase = build.phases?.find(({ phaseStatus }) => phaseStatus !== undefined && phaseStatus !== "SUCCEEDED");
  const context = phase?.contexts?.map(({ message }) => message).join("; ");
  return (
    `the training images were not built: ${build.buildStatus}${phase ? ` in ${phase.phaseType}` : ""}` +
    `${context ? ` (${context})` : ""}; its log: ${build.logs?.deepLink ?? build.id}`
  );
};

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const { PROJECT: project, HASH: hash } = process.env;
  if (!project || !hash) throw new Error("PROJECT and HASH must be set; the deploy sets them");
  await runBuild(new CodeBuildClient({}), { project, hash }, () => setTimeout(SECONDS_BETWEEN_LOOKS * 1000));
  console.log(hash);
}
