/** Where the probes come from that a live URL is held against: the store it should serve, or its own published files. */
import { z } from "zod";
import { sha256 } from "../hash.ts";
import { type Manifest, manifestSchema } from "../manifest.ts";
import { type Probes, probesSchema } from "../probe.ts";
import { readCurrent, readFile, readProbes } from "../registry.ts";
import type { Store } from "../store/store.ts";
import { type Call, UnverifiableError } from "./call.ts";

export interface ProbeSource {
  manifest: Manifest;
  probes: Probes;
  /** The bytes of a probe's photo, checked. */
  photo(file: string): Promise<Uint8Array>;
}

/** @throws Problem 404 when nothing is published under `name`, DamageError when the version is not whole */
export const probesFromStore = async (store: Store, name: string): Promise<ProbeSource> => {
  const { manifest } = await readCurrent(store, name);
  return {
    manifest,
    probes: await readProbes(store, manifest),
    photo: (file) => readFile(store, manifest, `probes/${file}`),
  };
};

const modelsSchema = z.object({ default: z.string().optional(), models: z.array(z.unknown()) });

const readJson = async <T>(call: Call, path: string, schema: z.ZodType<T>): Promise<T> => {
  const response = await call(path, { headers: { accept: "application/json" } });
  const parsed = schema.safeParse(await response.json().catch(() => undefined));
  if (parsed.success) return parsed.data;
  throw new UnverifiableError("not-whippet", `GET ${path} is not Whippet's answer: ${z.prettifyError(parsed.error)}`);
};

const readChecked = async (call: Call, path: string, expected: string): Promise<Uint8Array> => {
  const bytes = new Uint8Array(await (await call(path)).arrayBuffer());
  const actual = await sha256(bytes);
  if (actual === expected) return bytes;
  throw new UnverifiableError("refused", `GET ${path} is damaged: its sha256 is ${actual}, expected ${expected}`);
};

/** The URL's own word on what it serves; it shows whether its decoder and engine compute what its model was made with. */
export const probesFromUrl = async (call: Call, model?: string): Promise<ProbeSource> => {
  const name = model ?? (await readJson(call, "/models", modelsSchema)).default;
  if (name === undefined) throw new UnverifiableError("refused", "nothing is published there yet");
  const manifest = await readJson(call, `/models/${encodeURIComponent(name)}`, manifestSchema);
  const files = `/models/${manifest.name}/${manifest.version}/files`;
  const bytes = await readChecked(call, `${files}/${manifest.probes.path}`, manifest.probes.sha256);
  const probes = probesSchema.parse(JSON.parse(new TextDecoder().decode(bytes)));
  const hashes = new Map(probes.probes.map(({ file, sha256 }) => [file, sha256]));
  return { manifest, probes, photo: (file) => readChecked(call, `${files}/probes/${file}`, hashes.get(file) ?? "") };
};
