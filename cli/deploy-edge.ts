/**
 * `npm run deploy:edge`: the Worker on Cloudflare alone, without AWS. Makes the R2 bucket where it is missing, carries the
 * published models there, deploys, verifies, and prints the URL. `-- --dry-run` builds and checks, and sends nothing.
 */
import { Command, Option } from "commander";
import { readFallback } from "../functions/edge/fallback-url.ts";
import { explain } from "../shared/failure.ts";
import { createS3Client } from "../shared/store/s3/client.ts";
import { createS3Store } from "../shared/store/s3.ts";
import { ensureBuiltIn } from "./built-in.ts";
import { type CommonOptions, type Context, createContext } from "./context.ts";
import { openCloudflare, TOKEN_FIX } from "./edge/cloudflare.ts";
import { deployEdge, type EdgeAccess, type EdgeEnvironment, type EdgeParts, rehearseEdge } from "./edge/deploy.ts";
import { exitCode, UsageError } from "./failure.ts";
import { jsonOption, storeOption } from "./options.ts";
import { runWrangler } from "./wrangler.ts";

interface DeployOptions extends CommonOptions {
  env: EdgeEnvironment;
  model?: string;
  fallback?: string;
  dryRun?: boolean;
}

/** @throws UsageError without a token */
const accessOf = async ({ signal }: Context): Promise<EdgeAccess> => {
  const { CLOUDFLARE_API_TOKEN: token, CLOUDFLARE_ACCOUNT_ID: account } = process.env;
  if (!token) throw new UsageError(`CLOUDFLARE_API_TOKEN is not set; ${TOKEN_FIX}`);
  const cloudflare = await openCloudflare({ token, account: account || undefined, fetch, signal });
  return {
    cloudflare,
    async openBucket(name) {
      const endpoint = `https://${cloudflare.account}.r2.cloudflarestorage.com`;
      const credentials = await cloudflare.s3Credentials();
      const client = await createS3Client({ endpoint, region: "auto" }, { credentials });
      return createS3Store(`s3://${name}?endpoint=${endpoint}&region=auto`, { client, signal });
    },
    fetch,
  };
};

const run = async (context: Context, options: DeployOptions): Promise<void> => {
  const { terminal, signal } = context;
  const { env: environment, model, dryRun = false, json } = options;
  const settings = { environment, model, fallback: readFallback(options.fallback) };
  const store = context.openStore(options);
  const parts: EdgeParts = {
    store,
    terminal,
    wrangler: (args) => runWrangler({ args, signal }),
    signal,
  };
  // before anything is built: what is missing is said at once
  const access = dryRun ? undefined : await accessOf(context);
  await ensureBuiltIn(store, terminal, signal);
  if (access === undefined) {
    const planned = await rehearseEdge(parts, settings);
    if (json) return context.data({ dryRun, ...planned });
    const models = planned.models.map(({ name, version }) => `${name} ${version}`).join(", ");
    return terminal.line(
      `Nothing was sent. A deploy makes the bucket ${planned.bucket} where it is missing, pushes ${models} there, ` +
        `deploys the Worker ${planned.worker}, and verifies it.`,
    );
  }
  const deployed = await deployEdge(parts, settings, access);
  if (json) context.data({ dryRun, ...deployed });
  else context.print(deployed.url);
};

const context = createContext();
const program = new Command("npm run deploy:edge --")
  .description("deploy the Worker to Cloudflare alone, with the models that are published here")
  .addOption(
    new Option("--env <environment>", "of wrangler.toml").choices(["production", "staging"]).default("production"),
  )
  .option("--model <name>", "answers where a request names no model (default: the one promoted last)")
  .option("--fallback <url>", "a server that answers for models which do not fit into a Worker")
  .option("--dry-run", "build and check, send nothing; needs no account")
  .addOption(storeOption())
  .addOption(jsonOption())
  .exitOverride()
  .action((options: DeployOptions) => run(context, options));
try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = exitCode(error);
  if (!(error instanceof Error && error.name === "CommanderError"))
    context.terminal.line(`npm run deploy:edge: ${explain(error)}`);
}
