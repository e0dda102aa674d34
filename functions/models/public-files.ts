/** Files of published versions, as anyone may read them: those that the manifest vouches for, and the metrics. */
import type { Context } from "hono";
import { contentTypeOf } from "../../shared/content-type.ts";
import type { Manifest, ModelFile } from "../../shared/manifest.ts";
import { Problem } from "../../shared/problem.ts";
import { versionPrefix } from "../../shared/registry/keys.ts";
import { readFile, readFilePart, readManifest } from "../../shared/registry.ts";
import type { Store } from "../../shared/store/store.ts";
import { isKnown } from "../http/etag.ts";
import { answerInParts, answerPart, IMMUTABLE, wantedOf } from "../http/range.ts";
import type { SendWhole } from "./held-files.ts";

const METRICS = "metrics.json";

interface PublicFilesParts {
  store: Store;
  sendWhole: SendWhole;
  /** Bytes that the platform can carry in one answer. */
  most: number;
}

interface Asked {
  name: string;
  version: string;
  file: string;
}

/** @throws Problem 404 when the version has no such file, or none that is public; as `answerInParts` and `sendWhole` */
export const answerPublicFile = async (c: Context, parts: PublicFilesParts, asked: Asked): Promise<Response> => {
  const { store, most } = parts;
  const { name, version, file: path } = asked;
  const headers = { "content-type": contentTypeOf(path), "cache-control": IMMUTABLE };
  const manifest = await readManifest(store, name, version);
  const file = manifest.files.find((listed) => listed.path === path);
  if (file) return answerModelFile(c, parts, manifest, file, headers);
  const bytes = await (path === METRICS ? readMetrics(store, asked) : readFile(store, manifest, path));
  return answerInParts(bytes, { range: c.req.header("range"), most, headers });
};

const readMetrics = async (store: Store, { name, version }: Asked): Promise<Uint8Array> => {
  const metrics = await store.get(versionPrefix(name, version) + METRICS);
  if (!metrics) throw new Problem(404, `${name} ${version} was published without ${METRICS}`);
  return metrics.bytes;
};

/** The only large files: the manifest says enough to read no more of them than is sent, and nothing for who has them. */
const answerModelFile = async (
  c: Context,
  { store, sendWhole, most }: PublicFilesParts,
  manifest: Manifest,
  file: ModelFile,
  common: Record<string, string>,
): Promise<Response> => {
  const { path, bytes: size, sha256 } = file;
  const etag = `"${sha256}"`;
  const headers = { ...common, etag, "accept-ranges": "bytes" };
  if (isKnown(c.req.header("if-none-match"), etag)) return new Response(null, { status: 304, headers });
  const whole = { ...headers, "content-length": String(size) };
  if (c.req.method === "HEAD") return new Response(null, { headers: whole });
  // who asks for the rest of another file gets this one whole
  const range = (c.req.header("if-range") ?? etag) === etag ? c.req.header("range") : undefined;
  const wanted = wantedOf(size, { range, most });
  if (wanted instanceof Response) return wanted;
  if (wanted) {
    const part = await readFilePart(store, manifest, file, [wanted.start, wanted.end]);
    return answerPart(part, wanted, size, headers);
  }
  const key = versionPrefix(manifest.name, manifest.version) + path;
  return new Response(await sendWhole(key, size, () => readFile(store, manifest, path)), { headers: whole });
};
