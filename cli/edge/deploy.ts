/** The Worker, from nothing to an answering URL, on Cloudflare alone: bucket, models, script, verification. */
import { unstable_readConfig as readConfig } from "wrangler";
import { workerUrlIn } from "../../infra/worker-url.ts";
import { systemClock } from "../../shared/classifier/clock.ts";
import { copyKeys } from "../../shared/keys/copy.ts";
import { withTemporaryKey } from "../../shared/keys/temporary.ts";
import type { Manifest } from "../../shared/manifest.ts";
import { answeringModels, copyVersion, pointAt, readManifest } from "../../shared/registry.ts";
import type { Store } from "../../shared/store/store.ts";
import { createCall, probesFromStore, verify } from "../../shared/verify.ts";
import { answering } from "../answering.ts";
import { count, megabytes, type Terminal } from "../terminal.ts";
import { wranglerConfig } from "../wrangler.ts";
import type { Cloudflare } from "./cloudflare.ts";
import { entryFor, needsOnnx } from "./entry.ts";
import { type EdgeVariables, keptOf, mergeVariables, varArguments } from "./variables.ts";

export type EdgeEnvironment = "production" | "staging";

export interface EdgeSettings {
  environment: EdgeEnvironment;
  /** What the Worker is told now: WHIPPET_MODEL, WHIPPET_FALLBACK_URL, … Whatever else it was told before, it keeps. */
  variables: EdgeVariables;
  /** Carries the store's API keys along with its models. */
  keys: boolean;
  /** WHIPPET_FALLBACK_TOKEN is set in wrangler's environment, and becomes a secret of the Worker. */
  fallbackToken: boolean;
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
  /** By which to ask where access is by key; without it one is made for the moment. */
  key?: string | undefined;
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

const namesOf = (environment: EdgeEnvironment): { worker: string; bucket: string } => {
  const { name, r2_buckets: buckets } = readConfig({ config: wranglerConfig, env: environment });
  const bucket = buckets[0]?.bucket_name;
  if (name === undefined || bucket === undefined)
    throw new Error(`wrangler.toml: [env.${environment}] needs a name and an R2 bucket bound as MODELS`);
  return { worker: name, bucket };
};

const plan = async (
  { store, terminal }: EdgeParts,
  { environment }: EdgeSettings,
  { WHIPPET_FALLBACK_URL: fallback }: EdgeVariables,
): Promise<PlannedEdge> => {
  const manifests = await manifestsOf(store);
  const models = manifests.map(({ name, version, limits }) => ({ name, version, fits: limits.edge.fits }));
  for (const model of models.filter(({ fits }) => !fits))
    terminal.line(
      fallback === undefined
        ? `${model.name} does not fit a Worker: it will answer 503 until --fallback names a server that runs it`
        : `${model.name} does not fit a Worker: ${new URL(fallback).host} answers for it`,
    );
  for (const { name: model } of manifests.filter(needsOnnx))
    terminal.line(`${model} has no plan: the Worker brings onnxruntime-web for it`);
  return { ...namesOf(environment), entry: entryFor(manifests), models };
};

const deployArguments = (
  entry: string,
  { environment, fallbackToken }: EdgeSettings,
  variables: EdgeVariables,
): string[] => [
  ...["deploy", entry, "--env", environment],
  ...varArguments(variables),
  ...(fallbackToken ? ["--secrets-file", "infra/worker-secrets.env"] : []),
];

/** Builds and checks everything that can be without an account, and sends nothing. */
export const rehearseEdge = async (parts: EdgeParts, settings: EdgeSettings): Promise<PlannedEdge> => {
  const variables = mergeVariables({}, settings.variables);
  const planned = await plan(parts, settings, variables);
  const stage = parts.terminal.stage("build");
  const said = await parts.wrangler([...deployArguments(planned.entry, settings, variables), "--dry-run"]);
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
  access: EdgeAccess,
): Promise<DeployedEdge> => {
  const { terminal, wrangler, signal } = parts;
  const { cloudflare, openBucket, fetch } = access;
  const there = await cloudflare.variables(namesOf(settings.environment).worker);
  const variables = mergeVariables(there, settings.variables);
  const planned = await plan(parts, settings, variables);
  const kept = keptOf(there, settings.variables);
  if (kept.length > 0) terminal.line(`kept as the Worker has it: ${kept.join(" ")}`);

  const made = terminal.stage("bucket");
  made.end(`${planned.bucket}, ${(await cloudflare.ensureBucket(planned.bucket)) ? "made now" : "there"}`);

  // before the Worker, so that its first request already finds a model
  const bucket = await openBucket(planned.bucket);
  await carry(parts, settings, planned, bucket);

  const deployed = terminal.stage("deploy");
  const url = urlIn(await wrangler(deployArguments(planned.entry, settings, variables)));
  deployed.end(`${planned.worker} at ${url}`);

  const names = planned.models.map(({ name }) => name);
  const { WHIPPET_MODEL: chosen = "", WHIPPET_ACCESS: by } = variables;
  const model = names.includes(chosen) ? chosen : names.at(-1);
  if (model === undefined) return { ...planned, url };
  await answering(url, { fetch, signal });
  const verifyWith = (key: string | undefined) => verifyAt(url, model, parts, { fetch, key });
  if (by !== "key" || access.key !== undefined) await verifyWith(access.key);
  else await withTemporaryKey({ store: bucket, clock: systemClock, name: "deploy:edge, verifying" }, verifyWith);
  return { ...planned, url };
};

/** Models, and keys where they are asked for. */
const carry = async (
  { store, terminal, signal }: EdgeParts,
  settings: EdgeSettings,
  { models }: PlannedEdge,
  bucket: Store,
): Promise<void> => {
  for (const { name, version } of models) {
    const pushed = terminal.stage("push");
    const { files, bytes } = await copyVersion(store, bucket, name, version, { onProgress: pushed.update, signal });
    // those before the last do not answer by default, not even for the moment until that one's turn
    await pointAt(bucket, name, version, systemClock, { renew: name === models.at(-1)?.name });
    pushed.end(`${name} ${version}: ${files === 0 ? "was there" : `${count(files)} files, ${megabytes(bytes)}`}`);
  }
  if (!settings.keys) return;
  const stage = terminal.stage("keys");
  const { added, revoked } = await copyKeys(store, bucket);
  stage.end(`${count(added)} added, ${count(revoked)} revoked`);
};

/** wrangler prints the address among what else it says. */
const urlIn = (said: string): string => {
  const url = workerUrlIn(said);
  if (url !== undefined) return url;
  throw new Error(
    "the Worker is deployed, but wrangler printed no workers.dev address: give the account one at " +
      "https://dash.cloudflare.com/?to=/:account/workers-and-pages (Your subdomain), and run this again",
  );
};

const verifyAt = async (
  url: string,
  model: string,
  { store, terminal, signal }: EdgeParts,
  by: { fetch: typeof fetch; key: string | undefined },
): Promise<void> => {
  const stage = terminal.stage("verify");
  const source = await probesFromStore(store, model);
  const { passed, verdicts } = await verify({
    call: createCall(url, { ...by, signal }),
    source,
    onProgress: stage.update,
  });
  if (!passed) throw new Error(`${url} answers otherwise than ${model} was made to; see: npx whippet verify ${url}`);
  stage.end(`${model}: all ${count(verdicts.length)} probes agree`);
};
