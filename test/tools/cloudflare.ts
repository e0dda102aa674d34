/**
 * As much of Cloudflare's API as a deploy of the Worker asks for, for the real wrangler and for our own calls, on this
 * machine. What it answers follows developers.cloudflare.com/api; it keeps what it was sent.
 */
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";

export interface FakeAccount {
  token: string;
  tokenId: string;
  /** What the token sees. */
  accounts: { id: string; name: string }[];
  /** Buckets that are there. */
  buckets?: string[];
  /** Makes a bucket really; it is then there. */
  createBucket?: (name: string) => Promise<void>;
  /** Whether the account has switched R2 on. */
  r2?: boolean;
}

export interface FakeCloudflare {
  /** For CLOUDFLARE_API_BASE_URL. */
  url: string;
  /** `METHOD /path`, in order. */
  asked: string[];
  /** What was uploaded as a Worker, by its name: bindings and variables. */
  workers: Map<
    string,
    { bindings: Record<string, unknown>[]; limits: unknown; observability: unknown; assets?: unknown }
  >;
  /** The static assets that were uploaded, by path. */
  assets: Map<string, Buffer>;
  stop(): Promise<void>;
}

interface Answer {
  status?: number;
  result?: unknown;
  error?: { code: number; message: string };
}

const missing: Answer = { status: 404, error: { code: 10007, message: "This Worker does not exist on your account." } };

/** The part named `metadata` of the form that wrangler uploads. */
const metadataIn = async (body: Buffer<ArrayBuffer>, type: string) => {
  const metadata = (await new Response(body, { headers: { "content-type": type } }).formData()).get("metadata");
  return JSON.parse(typeof metadata === "string" ? metadata : await metadata!.text());
};

/** A token is read by wrangler, which looks for nothing in ours: header, payload, signature. */
const JWT = "e30.e30.c2lnbmVk";

/** The parts of an upload of assets, base64 by their hashes. */
const assetsIn = async (body: Buffer<ArrayBuffer>, type: string): Promise<[hash: string, bytes: Buffer][]> => {
  const form = await new Response(body, { headers: { "content-type": type } }).formData();
  return Promise.all(
    [...form].map(async ([hash, file]) => [
      hash,
      Buffer.from(typeof file === "string" ? file : await file.text(), "base64"),
    ]),
  );
};

export const startCloudflare = async (account: FakeAccount): Promise<FakeCloudflare> => {
  const { token, tokenId, accounts, buckets = [], createBucket, r2 = true } = account;
  const asked: string[] = [];
  const workers: FakeCloudflare["workers"] = new Map();

  const assets: FakeCloudflare["assets"] = new Map();
  /** Paths by hash. */
  const announced = new Map<string, string>();

  const answer = async (request: IncomingMessage, body: Buffer<ArrayBuffer>): Promise<Answer> => {
    const { pathname } = new URL(request.url!, "http://cloudflare");
    const asks = `${request.method} ${pathname}`;
    asked.push(asks);
    const type = request.headers["content-type"] ?? "";
    if (/\/workers\/assets\/upload$/.test(pathname) && request.headers.authorization === `Bearer ${JWT}`) {
      for (const [hash, bytes] of await assetsIn(body, type)) assets.set(announced.get(hash)!, bytes);
      return { status: 201, result: { jwt: JWT } };
    }
    if (request.headers.authorization !== `Bearer ${token}`)
      return { status: 403, error: { code: 10000, message: "Authentication error" } };
    if (asks === "GET /accounts") return { result: accounts };
    if (asks === "GET /user/tokens/verify") return { result: { id: tokenId, status: "active" } };
    const [, ofBuckets, bucket] = /^\/accounts\/[^/]+(\/r2\/buckets)(?:\/(.+))?$/.exec(pathname) ?? [];
    if (ofBuckets) return answerBucket(bucket, request.method!, body);
    const [, worker, part] = /\/workers\/scripts\/([^/]+)(?:\/(.+))?$/.exec(pathname) ?? [];
    if (part === "assets-upload-session") {
      const { manifest } = JSON.parse(body.toString()) as { manifest: Record<string, { hash: string }> };
      for (const [path, { hash }] of Object.entries(manifest)) announced.set(hash, path);
      return { result: { jwt: JWT, buckets: [[...announced.keys()]] } };
    }
    if (worker !== undefined && part === undefined) {
      const { bindings, limits, observability, assets } = await metadataIn(body, type);
      workers.set(worker, { bindings, limits, observability, assets });
      return { result: { id: worker, etag: "etag", startup_time_ms: 12 } };
    }
    if (part === "settings") return workers.has(worker!) ? { result: workers.get(worker!) } : missing;
    if (part === "deployments") return { result: { deployments: [] } };
    if (worker !== undefined && request.method === "GET") return workers.has(worker) ? { result: [] } : missing;
    if (/\/workers\/services\//.test(pathname)) return missing;
    if (/\/workers\/workers\//.test(pathname))
      return { result: { name: "worker", subdomain: { enabled: true, previews_enabled: false } } };
    if (/\/workers\/subdomain$/.test(pathname)) return { result: { subdomain: "example" } };
    return { result: {} };
  };

  const answerBucket = async (bucket: string | undefined, method: string, body: Buffer): Promise<Answer> => {
    if (!r2)
      return { status: 403, error: { code: 10042, message: "Please enable R2 through the Cloudflare Dashboard." } };
    if (method === "POST") {
      const { name } = JSON.parse(body.toString()) as { name: string };
      await createBucket?.(name);
      buckets.push(name);
      return { result: { name } };
    }
    if (buckets.includes(bucket!)) return { result: { name: bucket } };
    return { status: 404, error: { code: 10006, message: "The specified bucket does not exist." } };
  };

  const server = createServer((request, response) => {
    void buffer(request).then(async (body) => {
      const { status = 200, result = null, error } = await answer(request, body);
      response.writeHead(status, { "content-type": "application/json" });
      response.end(JSON.stringify({ success: !error, errors: error ? [error] : [], messages: [], result }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    workers,
    assets,
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  };
};
