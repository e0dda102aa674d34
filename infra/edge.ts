/**
 * The Cloudflare Worker, deployed by the same command where CLOUDFLARE_API_TOKEN is set. SST's own Worker component cannot
 * bundle .wasm modules, so the wrangler of package-lock.json does it; `sst remove` undoes both steps.
 */
import { contentHash } from "./content-hash.ts";
import type { Settings } from "./settings.ts";

/** What the Worker is built from. */
const sources = ["functions", "package-lock.json", "shared", "wrangler.toml"];

export interface Edge {
  outputs: Record<string, $util.Output<string> | string>;
}

/** @param fallback the Lambda's URL, which answers for models that do not fit the edge */
export const createEdge = (fallback: $util.Output<string>, settings: Settings): Edge => {
  const { CLOUDFLARE_API_TOKEN: token, CLOUDFLARE_ACCOUNT_ID: accountId } = process.env;
  if (!token) return { outputs: { edge: "off: set CLOUDFLARE_API_TOKEN to deploy the Worker as well" } };

  // wrangler.toml has two environments; any other stage shares the staging one's settings under its own name
  const environment = $app.stage === "production" ? "production" : "staging";
  const worker = $app.stage === "production" ? "whippet" : `whippet-${$app.stage}`;
  const bucket = environment === "production" ? "whippet-models" : "whippet-models-staging";
  const wrangler = "npx --no-install wrangler";
  const login = {
    CLOUDFLARE_API_TOKEN: $util.secret(token),
    ...(accountId && { CLOUDFLARE_ACCOUNT_ID: accountId }),
    CI: "1",
  };
  const models = new command.local.Command(
    "EdgeModels",
    {
      // there already, or made now; anything else that is wrong shows in the deploy of the Worker
      create: `${wrangler} r2 bucket info ${bucket} || ${wrangler} r2 bucket create ${bucket}`,
      delete: `${wrangler} r2 bucket delete ${bucket} || echo "the R2 bucket ${bucket} stays: it holds models"`,
      dir: $cli.paths.root,
      environment: login,
    },
    { retainOnDelete: $app.removal !== "remove" },
  );
  const variablesOf = (url: string) =>
    Object.entries({
      WHIPPET_FALLBACK_URL: url,
      WHIPPET_ACCESS: settings.access,
      WHIPPET_FEEDBACK: settings.feedback ? "1" : "",
      WHIPPET_MODEL: settings.model,
      WHIPPET_CORS: settings.origins?.join(","),
    }).flatMap(([name, value]) => (value ? [`--var ${name}:${value}`] : []));
  const deploy = fallback.apply((url) =>
    [wrangler, "deploy", "--env", environment, "--name", worker, ...variablesOf(url)].join(" "),
  );
  const deployed = new command.local.Command(
    "EdgeWorker",
    {
      // again whenever its sources change; triggers would replace the resource, whose delete would take the new Worker away
      create: deploy,
      delete: `${wrangler} delete --name ${worker} --force`,
      dir: $cli.paths.root,
      environment: { ...login, SOURCES: contentHash($cli.paths.root, sources) },
    },
    { dependsOn: [models] },
  );
  return { outputs: { edge: deployed.stdout.apply(urlIn) } };
};

/** wrangler prints the address among what else it says. */
const urlIn = (said: string): string =>
  /https:\/\/\S+\.workers\.dev/.exec(said)?.[0] ?? "deployed; its address is in the dashboard";
