/**
 * The Cloudflare Worker, deployed by the same command where CLOUDFLARE_API_TOKEN is set. SST's own Worker component cannot
 * bundle .wasm modules, so the wrangler of package-lock.json does it; `sst remove` undoes both steps.
 */
import { contentHash } from "./content-hash.ts";
import type { Settings } from "./settings.ts";
import { workerUrlIn } from "./worker-url.ts";

/** What the Worker is built from. */
const sources = ["functions", "package-lock.json", "shared", "wrangler.toml"];

export interface Edge {
  outputs: Record<string, $util.Output<string> | string>;
}

/** What answers for models that do not fit the edge: the Lambda. */
export interface Fallback {
  url: $util.Output<string>;
  /** Where access is by key. */
  token: $util.Output<string> | undefined;
}

/** @throws Error where the stage wants the Worker and there is no token */
export const createEdge = (fallback: Fallback, settings: Settings): Edge => {
  const { CLOUDFLARE_API_TOKEN: token, CLOUDFLARE_ACCOUNT_ID: accountId } = process.env;
  const kept = $app.removal !== "remove";
  if (settings.edge === false) return { outputs: { edge: "off: edge in sst.config.ts" } };
  if (!token && settings.edge === true)
    throw new Error(
      `stage ${$app.stage} has edge: true in sst.config.ts, but CLOUDFLARE_API_TOKEN is not set, without which its Worker ` +
        "would be taken away. Set it, or set edge to false to be rid of the Worker. Nothing was deployed.",
    );
  if (!token) {
    const before = kept ? "; one that was deployed before stays as it is" : "";
    return { outputs: { edge: `off: set CLOUDFLARE_API_TOKEN to deploy the Worker as well${before}` } };
  }

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
    { retainOnDelete: kept },
  );
  const variablesOf = (url: string) =>
    Object.entries({
      WHIPPET_FALLBACK_URL: url,
      WHIPPET_ACCESS: settings.access,
      WHIPPET_FEEDBACK: settings.feedback ? "1" : "",
      WHIPPET_MODEL: settings.model,
      WHIPPET_CORS: settings.origins?.join(","),
    }).flatMap(([name, value]) => (value ? [`--var ${name}:${value}`] : []));
  const secrets = fallback.token ? ["--secrets-file", "infra/worker-secrets.env"] : [];
  const deploy = fallback.url.apply((url) =>
    [wrangler, "deploy", "--env", environment, "--name", worker, ...variablesOf(url), ...secrets].join(" "),
  );
  const deployed = new command.local.Command(
    "EdgeWorker",
    {
      // again whenever its sources change; triggers would replace the resource, whose delete would take the new Worker away
      create: deploy,
      delete: `${wrangler} delete --name ${worker} --force`,
      dir: $cli.paths.root,
      environment: {
        ...login,
        ...(fallback.token && { WHIPPET_FALLBACK_TOKEN: fallback.token }),
        SOURCES: contentHash($cli.paths.root, sources),
      },
    },
    // a deploy of production from where there is no token must not take its Worker away
    { dependsOn: [models], retainOnDelete: kept },
  );
  const address = (said: string) => workerUrlIn(said) ?? "deployed; its address is in the dashboard";
  return { outputs: { edge: deployed.stdout.apply(address) } };
};
