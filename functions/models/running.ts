/**
 * A version of a model on its way from the store to answering: everything it needs is read and checked first, then a
 * session is made, then one of its probes must come out as it did where the model was made.
 */
import { type Classifier, createClassifier } from "../../shared/classifier/classifier.ts";
import type { Manifest, ModelFile } from "../../shared/manifest.ts";
import type { Probe, Probes } from "../../shared/probe.ts";
import { readFile, readManifest, readProbes } from "../../shared/registry.ts";
import type { ModelParts } from "./parts.ts";
import { checkProbe } from "./probe-check.ts";

export interface RunningModel {
  manifest: Manifest;
  classifier: Classifier;
  dispose(): Promise<void>;
}

/** Whole, and checked against the hashes of the manifest. */
export interface VerifiedVersion {
  manifest: Manifest;
  file: ModelFile;
  bytes: Uint8Array;
  probe: { expected: Probe; photo: Uint8Array; tolerance: Probes["tolerance"] };
}

/** @throws Error naming the file that is missing or damaged */
export const readVersion = async (
  { store, engine }: Pick<ModelParts, "store" | "engine">,
  name: string,
  version: string,
): Promise<VerifiedVersion> => {
  const manifest = await readManifest(store, name, version);
  const path = manifest.serve[engine.kind];
  const file = manifest.files.find((candidate) => candidate.path === path);
  if (!file)
    throw new Error(
      `the manifest of ${name} ${version} serves ${path}, which is not among its files; publish it again`,
    );
  const [bytes, { probes, tolerance }] = await Promise.all([
    readFile(store, manifest, path),
    readProbes(store, manifest),
  ]);
  const expected = probes[0]!;
  const photo = await readFile(store, manifest, `probes/${expected.file}`);
  return { manifest, file, bytes, probe: { expected, photo, tolerance } };
};

/** Makes a model that answers out of a version; here on the thread that asks, by threads elsewhere. */
export type LoadModel = (version: VerifiedVersion) => Promise<RunningModel>;

/** @throws Error when the engine refuses the model */
export const loadHere =
  (parts: Pick<ModelParts, "engine" | "codecs" | "limits" | "clock">): LoadModel =>
  async ({ manifest, file, bytes }) => {
    const { precision } = file;
    const session = await parts.engine.load({ bytes, precision, size: manifest.input.size, verified: true });
    const classifier = createClassifier({ ...parts, manifest, session });
    return { manifest, classifier, dispose: () => session.dispose() };
  };

/** @throws Error when the engine refuses the model, or when the probe comes out differently here */
export const startModel = async (load: LoadModel, verified: VerifiedVersion): Promise<RunningModel> => {
  const model = await load(verified);
  try {
    await checkProbe(model.classifier, model.manifest, verified.probe);
    return model;
  } catch (error) {
    await model.dispose();
    throw error;
  }
};
