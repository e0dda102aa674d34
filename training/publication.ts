/** A model that passed its gate, on its way into the store: its probes are measured, its manifest is written, it is published. */
import { systemClock } from "../shared/classifier/clock.ts";
import type { Engine, EngineKind, Session } from "../shared/engine/engine.ts";
import { sha256 } from "../shared/hash.ts";
import type { Manifest, ModelFile } from "../shared/manifest.ts";
import type { Codecs } from "../shared/pixels/codecs.ts";
import { PIXEL_PATH_VERSION } from "../shared/pixels/pixels.ts";
import { type Draft, type Published, type PublishedFile, publish } from "../shared/registry.ts";
import type { Store } from "../shared/store/store.ts";
import type { Backbone } from "./backbone/backbone.ts";
import { estimateEdge } from "./edge-estimate.ts";
import type { GateResult } from "./export/gate.ts";
import { type Form, pathOf } from "./export/ladder.ts";
import { drawProbes } from "./probes/draw.ts";
import { makeProbes } from "./probes/make.ts";
import { hardware, versions } from "./provenance.ts";

/** Everything that training knows of a model; the rest of its manifest is measured here. */
export interface FinishedModel
  extends Pick<
    Manifest,
    "name" | "task" | "labels" | "temperature" | "metrics" | "head" | "settings" | "seconds" | "publicPhotos"
  > {
  background?: string;
  /** How many labels have a heat map: all but the background; none where the head has no such output. */
  mapped?: number;
  unknown?: NonNullable<Manifest["unknown"]>;
  /** Of a multi-label model. */
  thresholds?: NonNullable<Manifest["thresholds"]>;
  data?: NonNullable<Manifest["data"]>;
  backbone: Backbone;
  gated: Pick<GateResult, "serve" | "files" | "gate">;
  /** metrics.json, history.csv and the like. */
  documents: readonly PublishedFile[];
}

export interface Publishing {
  store: Store;
  engines: Record<EngineKind, Engine>;
  codecs: Codecs;
  /** Lets it answer from now on. */
  promote: boolean;
}

export const publishFinished = async (
  model: FinishedModel,
  { store, engines, codecs, promote }: Publishing,
): Promise<Published & { files: ModelFile[] }> => {
  const { backbone, gated, background, thresholds, unknown, data } = model;
  const files = await Promise.all(
    gated.files.map(async ({ form, ms, trials }): Promise<ModelFile> => {
      const { precision, bytes } = form;
      return { path: pathOf(form), precision, bytes: bytes.length, sha256: await sha256(bytes), ms, trials };
    }),
  );
  const described = {
    schema: 1,
    name: model.name,
    task: model.task,
    labels: model.labels,
    ...(background !== undefined && { background }),
    input: {
      ...backbone.input,
      mean: [...backbone.input.mean],
      std: [...backbone.input.std],
      pixelPath: PIXEL_PATH_VERSION,
    },
    outputs: {
      logits: "logits",
      ...(model.mapped !== undefined && { heatmap: { name: "heatmap", classes: model.mapped } }),
      ...(model.task === "multi-label" && { scores: "scores" }),
    },
    files,
    serve: { native: pathOf(gated.serve.native), web: pathOf(gated.serve.web) },
    temperature: model.temperature,
    ...(thresholds !== undefined && { thresholds }),
    ...(unknown !== undefined && { unknown }),
    metrics: model.metrics,
    backbone: {
      name: backbone.name,
      sha256: backbone.sha256,
      source: backbone.source,
      licence: backbone.licence,
      pretrainedOn: backbone.pretrainedOn,
    },
    head: model.head,
    ...(data !== undefined && { data }),
    settings: model.settings,
    ...(model.publicPhotos !== undefined && { publicPhotos: model.publicPhotos }),
    versions: versions(),
    seconds: model.seconds,
    hardware: hardware(),
    gate: gated.gate,
  } satisfies Omit<Draft, "probes" | "limits">;

  const load = ({ bytes, precision }: Form, kind: EngineKind): Promise<Session> =>
    engines[kind].load({ bytes, precision, size: backbone.input.size });
  const limits = { edge: await estimateEdge(gated.serve.web, backbone.input.size, engines.web) };
  const sessions = { native: await load(gated.serve.native, "native"), web: await load(gated.serve.web, "web") };
  const made = await makeProbes({ photos: await drawProbes(), manifest: described, sessions, codecs }).finally(
    async () => {
      await sessions.native.dispose();
      await sessions.web.dispose();
    },
  );
  const published = await publish(store, {
    manifest: { ...described, limits, probes: made.probes },
    files: [
      ...gated.files.map(({ form }) => ({ path: pathOf(form), bytes: form.bytes })),
      ...made.files,
      ...model.documents,
    ],
    clock: systemClock,
    promote,
  });
  return { ...published, files };
};
