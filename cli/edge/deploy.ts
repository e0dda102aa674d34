/** The Worker, from nothing to an answering URL, on Cloudflare alone: bucket, models, script, verification. */
import { setTimeout as sleep } from "node:timers/promises";
import { unstable_readConfig as readConfig } from "wrangler";
import { systemClock } from "../../shared/classifier/clock.ts";
import type { Manifest } from "../../shared/manifest.ts";
import { answeringModels, copyVersion, pointAt, readManifest } from "../../shared/registry.ts";
import type { Store } from "../../shared/store/store.ts";
import { createCall, probesFromStore, verify } from "../../shared/verify.ts";
import { count, megabytes, type Terminal } from "../terminal.ts";
import { wranglerConfig } from "../wrangler.ts";
import type { Cloudflare } from "./cloudflare.ts";
import { entryFor, needsOnnx } from "./entry.ts";

export type EdgeEnvironment = "production" | "staging";

export interface EdgeSettings {
  environment: EdgeEnvironment;
  /** What WHIPPET_MODEL is set to; without it the model answers that was promoted last. */
  model: string | undefined;
  /** The server that runs models which do not fit. */
  fallback: URL | undefined;
}

export interface EdgeParts {
  /** What is published and is to answer there. */
  store: Store;
  terminal: Terminal;
  /** Runs the pinned wrangler; returns what it printed. */
  wrangler(args: readonly string[]): Promise<string>;
  signal: AbortSignal;
}

/** What a real deploy needs beside those. */
export interface EdgeAccess {
  cloudflare: Cloudflare;
  openBucket(name: string): Promise<Store>;
  /** Asks the deployed Worker. */
  fetch: typeof fetch;
}

export interface PlannedEdge {
  worker: string;
  bucket: string;
  /** The script's source, with onnxruntime-web only where a model needs it. */
  entry: string;
  models: { name: string; version: string; fits: boolean }[];
}

/** The model that was promoted last comes last, so that it is the last to be promoted there as well. */
const manifestsOf = async (store: Store): Promise<Manifest[]> =>
  Promise.all((await answeringModels(store)).map(({ name, pointer }) => readManifest(store, name, pointer.version)));

const plan = async ({ store, terminal }: EdgeParts, { environment, fallback }: EdgeSettings): Promise<PlannedEdge> => {
  const {
    name,
    r2_buckets: [bucket],
  } = readConfig({ config: wranglerConfig, env: environment });
  if (name === undefined || bucket?.bucket_name === undefined)
    throw new Error(`wrangler.toml: [env.${environment}] needs a name and an R2 bucket bound as MODELS`);
  const manifests = await manifestsOf(store);
  const models = manifests.map(({ name, version, limits }) => ({ name, version, fits: limits.edge.fits }));
  for (const model of models.filter(({ fits }) => !fits))
    terminal.line(
      fallback === undefined
        ? `${model.name} does not fit a Worker: it will answer 503 until --fallback names a server that runs it`
        : `${model.name} does not fit a Worker: ${fallback.host} answers for it`,
    );
  for (const { name: model } of manifests.filter(needsOnnx))
    terminal.line(`${model} has no plan: the Worker brings onnxruntime-web for it`);
  return { worker: name, bucket: bucket.bucket_name, entry: entryFor(manifests), models };
};

const deployArguments = (entry: string, { environment, model, fallback }: EdgeSettings): string[] => [
  ...["deploy", entry, "--env", environment],
  ...(model === undefined ? [] : ["--var", `WHIPPET_MODEL:${model}`]),
  ...(fallback === undefined ? [] : ["--var", `WHIPPET_FALLBACK_URL:${fallback.href}`]),
];

/** Builds and checks everything that can be without an account, and sends nothing. */
export const rehearseEdge = async (parts: EdgeParts, settings: EdgeSettings): Promise<PlannedEdge> => {
  const planned = await plan(parts, settings);
  const stage = parts.terminal.stage("build");
  const said = await parts.wrangler([...deployArguments(planned.entry, settings), "--dry-run"]);
  stage.end(`${planned.worker}, ${/gzip: ([\d.]+ \w+)/.exec(said)?.[1] ?? "size unknown"} gzipped`);
  return planned;
};

export interface DeployedEdge extends PlannedEdge {
  url: string;
}

/** Can be run again at any point: it goes on with what is missing. */
export const deployEdge = async (
  parts: EdgeParts,
  settings: EdgeSettings,
  { cloudflare, openBucket, fetch }: EdgeAccess,
): Promise<DeployedEdge> => {
  const { store, terminal, wrangler, signal } = parts;
  const planned = await plan(parts, settings);

  const made = terminal.stage("bucket");
  made.end(`${planned.bucket}, ${(await cloudflare.ensureBucket(planned.bucket)) ? "made now" : "there"}`);

  // before the Worker, so that its first request already finds a model
  const bucket = await openBucket(planned.bucket);
  for (const { name, version } of planned.models) {
    const pushed = terminal.stage("push");
    const { files, bytes } = await copyVersion(store, bucket, name, version, { onProgress: pushed.update, signal });
    await pointAt(bucket, name, version, systemClock);
    pushed.end(`${name} ${version}: ${files === 0 ? "was there" : `${count(files)} files, ${megabytes(bytes)}`}`);
  }

  const deployed = terminal.stage("deploy");
  const url = urlIn(await wrangler(deployArguments(planned.entry, settings)));
  deployed.end(`${planned.worker} at ${url}`);

  const model = settings.model ?? planned.models.at(-1)?.name;
  if (model !== undefined) {
    await answering(url, fetch, signal);
    await verifyAt(url, model, parts, fetch);
  }
  return { ...planned, url };
};

/** wrangler prints the address among what else it says. */
const urlIn = (said: string): string => {
  const url = /https:\/\/\S+\.workers\.dev/.exec(said)?.[0];
  if (url !== undefined) return url;
  throw new Error(
    "the Worker is deployed, but wrangler printed no workers.dev address: give the account one at " +
      "https://dash.cloudflare.com/?to=/:account/workers-and-pages (Your subdomain), and run this again",
  );
};

const verifyAt = async (url: string, model: string, { store, terminal, signal }: EdgeParts, ask: typeof fetch) => {
  const stage = terminal.stage("verify");
  const source = await probesFromStore(store, model);
  const call = createCall(url, { fetch: ask, signal });
  const { passed, verdicts } = await verify({ call, source, onProgress: stage.update });
  if (!passed) throw new Error(`${url} answers otherwise than ${model} was made to; see: npx whippet verify ${url}`);
  stage.end(`${model}: all ${count(verdicts.length)} probes agree`);
};

/** A new address needs some seconds until every location of Cloudflare's knows it. */
const SECONDS_OF_SPREADING = 90;

const answering = async (url: string, ask: typeof fetch, signal: AbortSignal): Promise<void> => {
  for (let second = 0; ; second++) {
    const response = await ask(`${url}/healthz`, { signal }).catch(() => undefined);
    signal.throwIfAborted();
    if (response?.ok) return;
    if (second === SECONDS_OF_SPREADING)
      throw new Error(`${url}/healthz answers ${response?.status ?? "nothing"}; see its log: npx wrangler tail`);
    await sleep(1000, undefined, { signal });
  }
};
