/** What a remote training came to, as the local one tells it: from its log, and from the manifest that it published. */

import { explain } from "../../shared/failure.ts";
import { type Manifest, manifestSchema } from "../../shared/manifest.ts";
import { type Metrics, metricsSchema } from "../../shared/metrics.ts";
import { versionPrefix } from "../../shared/registry/keys.ts";
import { readManifest } from "../../shared/registry.ts";
import { openStore } from "../../shared/store/open.ts";
import type { Context } from "../context.ts";
import { printTrained } from "../end-screen.ts";
import { reportPlace } from "../report-place.ts";
import { type Trained, trainedAsJson } from "../trained.ts";
import type { RemoteConfiguration } from "./configuration.ts";
import type { Followed } from "./follow.ts";
import type { Done } from "./log-view.ts";
import type { Prepared } from "./prepare.ts";

export interface OutcomeOptions {
  configuration: RemoteConfiguration;
  /** Another Whippet's URL, where its owner's routes were used instead of AWS. */
  via: string | undefined;
  json: boolean;
  /** What was left out before the photos travelled; a training that is followed later does not know. */
  prepared?: Pick<Prepared, "skipped" | "warnings"> | undefined;
}

export const showOutcome = async (
  context: Context,
  { state, done }: Followed,
  { configuration, via, json, prepared }: OutcomeOptions,
): Promise<void> => {
  const store = configuration.variables.WHIPPET_STORE;
  const url = via ?? configuration.url;
  if (done === undefined) {
    if (json) return context.data({ training: state.id, model: state.model, version: null, url: url ?? null });
    const where = store === undefined ? "" : ` --store ${store}`;
    return context.terminal.line(
      `Training ${state.id} succeeded; its log has not said with what. See: npx whippet models ${state.model}${where}`,
    );
  }
  const read = await (via === undefined ? fromStore(store, done) : fromUrl(via, done)).catch((error: unknown) => {
    // the model is published all the same
    context.terminal.line(`  its manifest cannot be read from here: ${explain(error)}`);
    return undefined;
  });
  const { manifest, figures } = read ?? {};
  const { event: _, ...told } = done;
  const trained: Trained = {
    ...told,
    ...(figures?.judged && { judged: figures.judged }),
    ...(figures?.unknown && { unknown: figures.unknown }),
    ...(figures?.optimistic && { optimistic: figures.optimistic }),
    figures,
    report: figures?.training ? reportOf(store, via, done) : null,
    skipped: prepared?.skipped ?? [],
    warnings: prepared?.warnings ?? [],
    files: manifest?.files ?? [],
    serve: manifest?.serve ?? { native: "", web: "" },
    gate: manifest?.gate ?? { passed: true, forced: false, precomputed: false, notes: [] },
  };
  if (json) return context.data({ ...trainedAsJson(trained), training: state.id, url: url ?? null });
  const next = done.promoted
    ? `${url ? `curl -F photo=@photo.jpg "${url}/classify?model=${done.model}"` : `npx whippet serve --store ${store}`}`
    : `npx whippet promote ${done.model} ${done.version} --store ${store}`;
  printTrained(context, trained, [next]);
};

const reportOf = (store: string | undefined, via: string | undefined, { model, version }: Done): string | null => {
  if (via !== undefined) return `${via.replace(/\/$/, "")}/models/${model}/report`;
  return store === undefined ? null : reportPlace(store, model, version);
};

interface Read {
  manifest: Manifest;
  figures: Metrics | undefined;
}

const fromStore = async (url: string | undefined, { model, version }: Done): Promise<Read | undefined> => {
  if (url === undefined) return undefined;
  const store = openStore(url);
  const manifest = await readManifest(store, model, version);
  const bytes = (await store.get(`${versionPrefix(model, version)}metrics.json`))?.bytes;
  return { manifest, figures: bytes && metricsSchema.safeParse(JSON.parse(new TextDecoder().decode(bytes))).data };
};

/** Only the version that answers is told over HTTP. */
const fromUrl = async (url: string, { model, version }: Done): Promise<Read | undefined> => {
  const ask = async (path: string): Promise<unknown> => {
    const response = await fetch(`${url.replace(/\/$/, "")}/models/${model}${path}`);
    return response.json().catch(() => undefined);
  };
  const manifest = manifestSchema.safeParse(await ask("")).data;
  if (manifest?.version !== version) return undefined;
  return { manifest, figures: metricsSchema.safeParse(await ask(`/${version}/files/metrics.json`)).data };
};
