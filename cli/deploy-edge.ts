/**
 * `npm run deploy:edge`: the Worker on Cloudflare alone, without AWS. Makes the R2 bucket where it is missing, carries the
 * published models there, deploys, verifies, and prints the URL. `-- --dry-run` builds and checks, and sends nothing.
 */
import { Command, Option } from "commander";
import { readToken } from "../functions/owner/token.ts";
import { explain } from "../shared/failure.ts";
import { createS3Client } from "../shared/store/s3/client.ts";
import { createS3Store } from "../shared/store/s3.ts";
import { ensureBuiltIn } from "./built-in.ts";
import { type CommonOptions, type Context, createContext } from "./context.ts";
import { openCloudflare, TOKEN_FIX } from "./edge/cloudflare.ts";
import { deployEdge, type EdgeAccess, type EdgeEnvironment, type EdgeParts, rehearseEdge } from "./edge/deploy.ts";
import type { EdgeVariables } from "./edge/variables.ts";
import { exitCode, UsageError } from "./failure.ts";
import { jsonOption, storeOption } from "./options.ts";
import { runWrangler } from "./wrangler.ts";

interface DeployOptions extends CommonOptions {
  env: EdgeEnvironment;
  model?: string;
  fallback?: string;
  access?: "public" | "key";
  feedback?: "on" | "off";
  cors?: string;
  keys?: boolean;
  dryRun?: boolean;
}

/** Only what is said: what is not stays as the Worker has it. */
const variablesOf = ({ model, fallback, access, feedback, cors }: DeployOptions): EdgeVariables => ({
  ...(model !== undefined && { WHIPPET_MODEL: model }),
  ...(fallback !== undefined && { WHIPPET_FALLBACK_URL: fallback }),
  ...(access !== undefined && { WHIPPET_ACCESS: access }),
  ...(feedback !== undefined && { WHIPPET_FEEDBACK: feedback === "on" ? "1" : "" }),
  ...(cors !== undefined && { WHIPPET_CORS: cors }),
});

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
    key: process.env.WHIPPET_KEY || undefined,
  };
};

const run = async (context: Context, options: DeployOptions): Promise<void> => {
  const { terminal, signal } = context;
  const { env: environment, dryRun = false, json } = options;
  const token = readToken(process.env.WHIPPET_FALLBACK_TOKEN, "WHIPPET_FALLBACK_TOKEN");
  const settings = {
    environment,
    variables: variablesOf(options),
    keys: options.keys ?? false,
    fallbackToken: token !== undefined,
  };
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
  .addOption(new Option("--access <who>", "who is answered: anyone, or who has a key").choices(["public", "key"]))
  .addOption(new Option("--feedback <state>", "keep photos that someone puts right").choices(["on", "off"]))
  .option("--cors <origins>", "whose pages may call, separated by commas, or *")
  .option("--keys", "carry the API keys of the store to the Worker's bucket as well")
  .option("--dry-run", "build and check, send nothing; needs no account")
  .addOption(storeOption())
  .addOption(jsonOption())
  .addHelpText(
    "after",
    "\nWhat no option names stays as the deployed Worker has it; an empty value ('') takes it away." +
      "\nWHIPPET_FALLBACK_TOKEN, where it is set, becomes the Worker's secret: the fallback has the same.",
  )
  .exitOverride()
  .action((options: DeployOptions) => run(context, options));
try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = exitCode(error);
  if (!(error instanceof Error && error.name === "CommanderError"))
    context.terminal.line(`npm run deploy:edge: ${explain(error)}`);
}
