/** The built-in model in a folder, in a form of one's choice for the web engine, and a second version of it. */
import { join } from "node:path";
import { createTerminal } from "../../../cli/terminal.ts";
import { systemClock } from "../../../shared/classifier/clock.ts";
import { publish, readCurrent } from "../../../shared/registry.ts";
import { createFileStore } from "../../../shared/store/file.ts";
import type { Store } from "../../../shared/store/store.ts";
import { publishBuiltIn } from "../../../training/built-in/publish.ts";
import { type BuiltInRecord, readRecord } from "../../../training/built-in/record.ts";
import { temporaryFolder } from "../../e2e/folders.ts";

/** What the web engine runs: a plan on the lean engine, an ONNX file on onnxruntime-web, in the form that is fastest there. */
const webForms = {
  lean: { form: "int8-mse-plan", path: "model.plan" },
  "onnxruntime-web": { form: "int8-weights", path: "model.int8-weights.onnx" },
} as const;
export type WebRuntime = keyof typeof webForms;

/** The shipped record with another form for the web; nobody has measured it, so it names no hash that it must have. */
const recordFor = async (runtime: WebRuntime): Promise<BuiltInRecord> => {
  const record = await readRecord();
  const web = webForms[runtime];
  const native = record.files.filter(({ path }) => path === record.serve.native);
  return {
    ...record,
    serve: { ...record.serve, web: web.path },
    files: [...native, { ...web, sha256: "0".repeat(64), ms: {}, trials: [] }],
  };
};

export interface ModelInFolder {
  store: Store;
  url: string;
  remove(): Promise<void>;
}

export const modelInFolder = async (runtime: WebRuntime = "lean"): Promise<ModelInFolder> => {
  const { home, remove } = await temporaryFolder("lambda");
  const folder = join(home, "store");
  const store = createFileStore(folder);
  await publishBuiltIn(store, createTerminal({ stream: { write: () => true } }), await recordFor(runtime));
  return { store, url: `file:${folder}`, remove };
};

/** Promotes a version that differs only in how sure it is. @returns the version */
export const promoteAnother = async (store: Store, temperature: number): Promise<string> => {
  const { manifest } = await readCurrent(store, "dog-breeds");
  const folder = `models/${manifest.name}/${manifest.version}/`;
  const objects = (await store.list(folder)).filter(({ key }) => !key.endsWith("/manifest.json"));
  const files = await Promise.all(
    objects.map(async ({ key }) => ({ path: key.slice(folder.length), bytes: (await store.get(key))!.bytes })),
  );
  const { version: _version, created: _created, ...draft } = manifest;
  return (await publish(store, { manifest: { ...draft, temperature }, files, clock: systemClock })).version;
};
