/** One request to the URL that is being verified, and the reasons for which nothing can be said about it. */

/** Longer than any cold start. */
const TIMEOUT_MS = 60_000;

export type Unverifiable = "unreachable" | "not-whippet" | "wrong-version" | "refused" | "unauthorized";

/** The URL could not be held against the probes; `kind` says why, the message what to do. */
export class UnverifiableError extends Error {
  override readonly name = "UnverifiableError";
  readonly kind: Unverifiable;

  constructor(kind: Unverifiable, message: string, options?: ErrorOptions) {
    super(message, options);
    this.kind = kind;
  }
}

/** Asks for `path` below the URL; answers other than success are errors unless `accept` takes them. */
export type Call = (
  path: string,
  init?: RequestInit & { accept?: (response: Response) => boolean },
) => Promise<Response>;

const problemOf = async (response: Response): Promise<string> => {
  const body: unknown = await response.json().catch(() => undefined);
  const detail = typeof body === "object" && body !== null && "detail" in body ? body.detail : undefined;
  return typeof detail === "string" ? detail : response.statusText;
};

export interface CallOptions {
  fetch?: typeof globalThis.fetch;
  signal?: AbortSignal | undefined;
  /** Of a server that answers to keys alone. */
  key?: string | undefined;
}

/** @param url with or without a path and a final slash */
export const createCall = (url: string, { fetch = globalThis.fetch, signal, key }: CallOptions = {}): Call => {
  const base = url.replace(/\/+$/, "");
  return async (path, { accept, ...init } = {}) => {
    const timeout = AbortSignal.timeout(TIMEOUT_MS);
    const headers = new Headers(init.headers);
    if (key !== undefined) headers.set("authorization", `Bearer ${key}`);
    let response: Response;
    try {
      response = await fetch(base + path, {
        ...init,
        headers,
        signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
      });
    } catch (cause) {
      signal?.throwIfAborted();
      const why = cause instanceof Error ? ((cause.cause as Error | undefined)?.message ?? cause.message) : cause;
      throw new UnverifiableError("unreachable", `no answer from ${base}: ${why}; is the server up?`, { cause });
    }
    if (response.ok || accept?.(response)) return response;
    const isProblem = response.headers.get("content-type")?.startsWith("application/problem+json");
    if (isProblem && response.status === 401)
      throw new UnverifiableError(
        "unauthorized",
        `${base}${path} answered 401: ${await problemOf(response)}; verify asks with ${key === undefined ? "none: set WHIPPET_KEY" : "the one in WHIPPET_KEY"}`,
      );
    throw isProblem
      ? new UnverifiableError("refused", `${base}${path} answered ${response.status}: ${await problemOf(response)}`)
      : new UnverifiableError("not-whippet", `${base}${path} answered ${response.status}, not as Whippet does`);
  };
};
