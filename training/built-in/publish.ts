/** Publishes the built-in model as any other, with the figures that were measured before it was shipped. */
import { createNativeEngine } from "../../shared/engine/native.ts";
import { createWebEngine } from "../../shared/engine/web.ts";
import { sha256 } from "../../shared/hash.ts";
import { loadCodecs } from "../../shared/pixels/codecs-node.ts";
import type { Store } from "../../shared/store/store.ts";
import type { GateResult } from "../export/gate.ts";
import { buildLadder, type Form, pathOf } from "../export/ladder.ts";
import type { Progress } from "../progress.ts";
import { publishFinished } from "../publication.ts";
import { buildDogBreeds, builtInName, somethingElse } from "./dog-breeds.ts";
import { type BuiltInRecord, readRecord } from "./record.ts";

/**
 * @param measured the shipped record; another one names other forms
 * @returns the version that answers now
 */
export const publishBuiltIn = async (store: Store, progress: Progress, measured?: BuiltInRecord): Promise<string> => {
  const started = performance.now();
  const stage = progress.stage("model");
  const record = measured ?? (await readRecord());
  const { labels, backbone, float } = await buildDogBreeds();
  const gated = await gatedForms(float, record);
  const { version } = await publishFinished(
    {
      name: builtInName,
      labels,
      background: somethingElse,
      mapped: labels.length - 1,
      backbone,
      gated,
      temperature: record.temperature,
      task: "single-label",
      metrics: record.metrics,
      head: {
        kind: "imagenet",
        classes: labels.length - 1,
        background: backbone.imagenetHead.classes - labels.length + 1,
      },
      settings: { calibratedOn: record.photos },
      seconds: { total: (performance.now() - started) / 1000 },
      documents: [],
    },
    {
      store,
      engines: { native: await createNativeEngine(), web: await createWebEngine() },
      codecs: await loadCodecs(),
      promote: true,
    },
  );
  stage.end(`${builtInName}: ${labels.length - 1} breeds, by the backbone's own ImageNet head`);
  return version;
};

/** The forms that passed where they were measured, built again from the shipped activation ranges. */
const gatedForms = async (
  float: Uint8Array,
  record: BuiltInRecord,
): Promise<Pick<GateResult, "serve" | "files" | "gate">> => {
  const ladder = buildLadder(float, record.statistics);
  const notes = [...record.gate.notes];
  const files: GateResult["files"] = [];
  for (const { form: wanted, path, sha256: measured, ms, trials } of record.files) {
    const rung = ladder.find(({ name }) => name === wanted);
    if (!rung)
      throw new Error(`models/dog-breeds.json names ${wanted}, which is no form of ours; run models/measure.ts`);
    const form = await rung.build();
    files.push({ form, ms, trials });
    if ((await sha256(form.bytes)) !== measured)
      notes.push(`${path} differs in its bytes from the one that was measured, as another onnxruntime writes it`);
  }
  const formAt = (path: string): Form => {
    const found = files.find(({ form }) => pathOf(form) === path);
    if (!found) throw new Error(`models/dog-breeds.json serves ${path}, but has no such file; run models/measure.ts`);
    return found.form;
  };
  return {
    serve: { native: formAt(record.serve.native), web: formAt(record.serve.web) },
    files,
    gate: { ...record.gate, precomputed: true, notes },
  };
};
