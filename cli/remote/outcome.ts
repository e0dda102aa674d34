/** What a remote training came to, as the local one tells it: from its log, and from the manifest that it published. */

import { explain } from "../../shared/failure.ts";
import { type Manifest, manifestSchema } from "../../shared/manifest.ts";
import { readManifest } from "../../shared/registry.ts";
import { openStore } from "../../shared/store/open.ts";
import type { Context } from "../context.ts";
import { printTrained, type Trained, trainedAsJson } from "../trained.ts";
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
  const manifest = await (via === undefined ? fromStore(store, done) : fromUrl(via, done)).catch((error: unknown) => {
    // the model is published all the same
    context.terminal.line(`  its manifest cannot be read from here: ${explain(error)}`);
    return undefined;
  });
  const { event: _, ...told } = done;
  const trained: Trained = {
    ...told,
    skipped: prepared?.skipped ?? [],
    warnings: prepared?.warnings ?? [],
    files: manifest?.files ?? [],
    serve: manifest?.serve ?? { native: "", web: "" },
    gate: manifest?.gate ?? { passed: true, forced: false, precomputed: false, notes: [] },
  };
  if (json) return context.data({ ...trainedAsJson(trained), training: state.id, url: url ?? null });
  const next = done.promoted
    ? `Next: ${url ? `curl -F photo=@photo.jpg "${url}/classify?model=${done.model}"` : `npx whippet serve --store ${store}`}`
    : `Next: npx whippet promote ${done.model} ${done.version} --store ${store}`;
  printTrained(context, trained, [next]);
};

const fromStore = async (store: string | undefined, { model, version }: Done): Promise<Manifest | undefined> =>
  store === undefined ? undefined : readManifest(openStore(store), model, version);

/** Only the version that answers is told over HTTP. */
const fromUrl = async (url: string, { model, version }: Done): Promise<Manifest | undefined> => {
  const response = await fetch(`${url.replace(/\/$/, "")}/models/${model}`);
  const manifest = manifestSchema.safeParse(await response.json().catch(() => undefined)).data;
  return manifest?.version === version ? manifest : undefined;
};
