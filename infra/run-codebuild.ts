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
  const look = async (id: string): Promise<Build | undefined> =>
    (await client.send(new BatchGetBuildsCommand({ ids: [id] }))).builds?.[0];
  let build = await startOrJoin(client, { project, hash }, look);
  while (build?.buildStatus === "IN_PROGRESS") {
    await wait();
    build = await look(build.id!);
  }
  if (build?.buildStatus !== "SUCCEEDED") throw new Error(failureOf(build));
};

/**
 * A deploy that was cut off and runs again joins the build that it started: for five minutes CodeBuild answers the same token
 * by the same build. One that has failed in those minutes would fail this deploy too, whatever was done about it meanwhile,
 * so that another is started in its stead.
 */
const startOrJoin = async (
  client: Pick<CodeBuildClient, "send">,
  { project, hash }: BuildRequest,
  look: (id: string) => Promise<Build | undefined>,
): Promise<Build | undefined> => {
  for (let after = "", before: string | undefined; ; ) {
    const { build: started } = await client.send(
      new StartBuildCommand({
        projectName: project,
        environmentVariablesOverride: [{ name: "HASH", value: hash }],
        idempotencyToken: `${project}-${hash}${after}`.slice(-64),
      }),
    );
    // what StartBuild answers again is the build as it was when it began
    const build = started?.id === undefined ? undefined : await look(started.id);
    const failed = build !== undefined && build.buildStatus !== "IN_PROGRESS" && build.buildStatus !== "SUCCEEDED";
    if (!failed || build.id === before) return build;
    before = build.id;
    after = `-after-${before?.slice(-12)}`;
  }
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
