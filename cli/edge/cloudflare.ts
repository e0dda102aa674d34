/** What a deploy asks of Cloudflare's API itself; wrangler asks the rest. Source: developers.cloudflare.com/api */
import { createHash } from "node:crypto";
import { z } from "zod";

export interface Cloudflare {
  /** Where Workers and buckets are made. */
  account: string;
  /** @returns whether it had to be made */
  ensureBucket(name: string): Promise<boolean>;
  /** What the Worker is told; nothing where there is none. */
  variables(worker: string): Promise<Record<string, string>>;
  /** The same token, as R2's S3 interface takes it. Source: developers.cloudflare.com/r2/api/tokens */
  s3Credentials(): Promise<{ accessKeyId: string; secretAccessKey: string }>;
}

export interface CloudflareOptions {
  token: string;
  /** Needed where the token sees several accounts. */
  account: string | undefined;
  fetch: typeof fetch;
  signal: AbortSignal;
}

/** As wrangler does, so that both can be pointed elsewhere. */
const apiBase = (): string => process.env.CLOUDFLARE_API_BASE_URL || "https://api.cloudflare.com/client/v4";

export const TOKEN_FIX =
  'make one at https://dash.cloudflare.com/profile/api-tokens from the template "Edit Cloudflare Workers" ' +
  "(it has Workers Scripts: Edit and Workers R2 Storage: Edit), then: export CLOUDFLARE_API_TOKEN=…";

const envelope = z.object({
  success: z.boolean(),
  errors: z.array(z.object({ code: z.number(), message: z.string() })).default([]),
  result: z.unknown(),
});
const accounts = z.array(z.object({ id: z.string(), name: z.string() }));
const settings = z.object({
  bindings: z.array(z.object({ type: z.string(), name: z.string(), text: z.string().optional() })),
});
const tokenStatus = z.object({ id: z.string() });

/** What Cloudflare refused. */
export class CloudflareError extends Error {
  override readonly name = "CloudflareError";
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** R2 is asked for before the account has switched it on. */
const R2_IS_OFF = 10042;

/** @throws CloudflareError naming what was asked for, the answer and the fix */
export const openCloudflare = async ({ token, account, fetch, signal }: CloudflareOptions): Promise<Cloudflare> => {
  const call = async (method: "GET" | "POST", path: string, body?: unknown): Promise<unknown> => {
    const response = await fetch(apiBase() + path, {
      method,
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal,
    });
    const parsed = envelope.safeParse(await response.json().catch(() => undefined));
    if (parsed.success && parsed.data.success) return parsed.data.result;
    const errors = parsed.data?.errors ?? [];
    const said = errors.map(({ code, message }) => `${message} (${code})`).join(", ") || "no reason";
    throw new CloudflareError(
      response.status,
      `Cloudflare answered ${response.status} to ${method} ${path}: ${said}${fixOf(response.status, errors)}`,
    );
  };

  const chosen = account ?? (await onlyAccount(call));
  return {
    account: chosen,
    async ensureBucket(name) {
      try {
        await call("GET", `/accounts/${chosen}/r2/buckets/${name}`);
        return false;
      } catch (error) {
        if (!(error instanceof CloudflareError && error.status === 404)) throw error;
      }
      await call("POST", `/accounts/${chosen}/r2/buckets`, { name });
      return true;
    },
    async variables(worker) {
      try {
        const { bindings } = settings.parse(
          await call("GET", `/accounts/${chosen}/workers/scripts/${worker}/settings`),
        );
        return Object.fromEntries(
          bindings.flatMap(({ type, name, text }) => (type === "plain_text" ? [[name, text ?? ""]] : [])),
        );
      } catch (error) {
        if (error instanceof CloudflareError && error.status === 404) return {};
        throw error;
      }
    },
    async s3Credentials() {
      // a token is its user's or its account's; only one of the two answers for it
      const status = await call("GET", "/user/tokens/verify").catch(() =>
        call("GET", `/accounts/${chosen}/tokens/verify`),
      );
      const { id } = tokenStatus.parse(status);
      return { accessKeyId: id, secretAccessKey: createHash("sha256").update(token).digest("hex") };
    },
  };
};

const onlyAccount = async (call: (method: "GET", path: string) => Promise<unknown>): Promise<string> => {
  const found = accounts.parse(await call("GET", "/accounts"));
  const [only] = found;
  if (only !== undefined && found.length === 1) return only.id;
  const listed = found.map(({ id, name }) => `\n  export CLOUDFLARE_ACCOUNT_ID=${id}  # ${name}`).join("");
  throw new CloudflareError(
    200,
    found.length === 0
      ? "CLOUDFLARE_API_TOKEN names no account; set CLOUDFLARE_ACCOUNT_ID (it is in the dashboard's address)"
      : `CLOUDFLARE_API_TOKEN opens ${found.length} accounts; choose one:${listed}`,
  );
};

const fixOf = (status: number, errors: readonly { code: number }[]): string => {
  if (errors.some(({ code }) => code === R2_IS_OFF))
    return "; switch R2 on once, at https://dash.cloudflare.com/?to=/:account/r2";
  if (status === 401 || status === 403) return `; the token is wrong or may not do this: ${TOKEN_FIX}`;
  return "";
};
