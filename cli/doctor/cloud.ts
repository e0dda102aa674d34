/** Whether a deploy can be made and used from here: AWS, Cloudflare, and what builds the training's image. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { readJobSettings } from "../../shared/jobs/settings.ts";
import { openCloudflare, TOKEN_FIX } from "../edge/cloudflare.ts";
import { readConfiguration } from "../remote/configuration.ts";
import { type Account, awsChecks, whoAsks } from "./aws.ts";
import { type Check, type Finding, find, off, ok } from "./check.ts";

/** @param report each finding as soon as there is one */
export const examineCloud = async (report: (finding: Finding) => void, signal: AbortSignal): Promise<void> => {
  const look = async (check: Check) => {
    signal.throwIfAborted();
    report(await find(check));
  };
  let account: Account | undefined;
  await look({
    name: "aws",
    async look() {
      account = await whoAsks();
      return ok(`account ${account.id}, as ${account.caller.arn}`);
    },
  });
  // without a login every other call would say the same
  if (account) {
    const configuration = await readConfiguration(process.env);
    const jobs = readJobSettings(configuration.variables);
    for (const check of awsChecks(account, configuration, jobs, signal)) await look(check);
  }
  await look(imageCheck);
  await look(cloudflareCheck(signal));
};

const imageCheck: Check = {
  name: "docker",
  async look() {
    try {
      const { stdout } = await promisify(execFile)("docker", ["version", "--format", "{{.Server.Version}}"]);
      return ok(`${stdout.trim()} builds the training's image`);
    } catch {
      return off(
        "not running here: a deploy has AWS CodeBuild build the training's image",
        "sudo systemctl start docker",
      );
    }
  },
};

const cloudflareCheck = (signal: AbortSignal): Check => ({
  name: "cloudflare",
  async look() {
    const { CLOUDFLARE_API_TOKEN: token, CLOUDFLARE_ACCOUNT_ID: given } = process.env;
    if (!token) return off("no CLOUDFLARE_API_TOKEN: a deploy leaves the edge Worker out", TOKEN_FIX);
    const { account } = await openCloudflare({ token, account: given || undefined, fetch, signal });
    return ok(`account ${account}`);
  },
});
