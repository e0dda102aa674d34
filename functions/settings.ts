/** What a server can be told, from the environment or from a Worker's variables. */
import { z } from "zod";
import { nameSchema } from "../shared/manifest.ts";

export interface Settings {
  /** Answers where a request names no model; without it the model that was promoted last does. */
  model?: string;
  /** Who is answered: anyone, or whoever has a key. */
  access?: "public" | "key";
  /** Whether photos are kept that someone puts right. */
  feedback?: boolean;
  /** Milliseconds for which a key is remembered, revoked or not. */
  keyRefresh: number;
  /** Milliseconds between two looks at the store for a promotion. */
  refresh: number;
  /** Whether requests look for a promotion themselves. Otherwise someone calls `models.refresh()` on a timer. */
  refreshOnRequest: boolean;
  /** Frees the old version's memory before it makes the new one: requests wait, but two never exist at once. */
  releaseFirst: boolean;
  /** How many models stay loaded. */
  models: number;
  /** How many photos are worked on at once, and how many wait beyond those. */
  running: number;
  waiting: number;
  /** Bytes of the photos of one request; one photo's are in `Limits`. */
  requestBytes: number;
  /** Bytes of request bodies held at once. */
  bodies: number;
  /** Milliseconds one photo may take in a worker thread, on Node; a Worker has its CPU limit, Lambda its timeout. */
  patience: number;
  /** Milliseconds in which a whole request must have come, on Node. */
  requestTime: number;
  /** Bytes of a file in one answer; a larger file is answered in parts. */
  answerBytes: number;
}

const variables = z.object({
  WHIPPET_MODEL: z.preprocess((value) => (value === "" ? undefined : value), nameSchema.optional()),
  WHIPPET_FEEDBACK: z.enum(["", "0", "1"], "1 to keep photos that someone puts right, or 0").optional(),
  WHIPPET_ACCESS: z.preprocess(
    (value) => (value === "" ? undefined : value),
    z.enum(["public", "key"], "public, or key: then only who has one is answered (npx whippet keys add)").optional(),
  ),
});

/** What the owner says, on every platform. */
export type Chosen = Pick<Settings, "model" | "access" | "feedback">;

/** @throws Error naming the variable, its value and what it may be */
export const readVariables = (source: Record<string, unknown>): Chosen => {
  const parsed = variables.safeParse(source);
  if (!parsed.success)
    throw new Error(
      parsed.error.issues
        .map(
          ({ path, message }) =>
            `${path.join(".")} is ${JSON.stringify(source[String(path[0])])}; it must be ${message}`,
        )
        .join("\n"),
    );
  const { WHIPPET_MODEL: model, WHIPPET_ACCESS: access, WHIPPET_FEEDBACK: feedback } = parsed.data;
  return {
    ...(model !== undefined && { model }),
    ...(access !== undefined && { access }),
    ...(feedback === "1" && { feedback: true }),
  };
};

const MEGA = 1_000_000;
const MIB = 1024 * 1024;

/** A folder is cheap to look at; a bucket's reads are billed. A promotion is to be seen within 1 s and 30 s, loading included. */
const refreshOf = (storeUrl: string): number => (storeUrl.startsWith("file:") ? 400 : 25_000);

/** @param running as many as there are threads to compute */
export const nodeSettings = (storeUrl: string, running: number, chosen: Chosen): Settings => ({
  ...chosen,
  keyRefresh: KEY_REFRESH,
  refresh: refreshOf(storeUrl),
  refreshOnRequest: false,
  releaseFirst: false,
  models: 8,
  running,
  waiting: 64,
  requestBytes: 64 * MEGA,
  bodies: 256 * MIB,
  patience: 10_000,
  requestTime: 120_000,
  answerBytes: Number.POSITIVE_INFINITY,
});

/** A revoked key is refused within half a minute. */
const KEY_REFRESH = 25_000;

/** The platform ends what takes too long. */
const untimed = { patience: Number.POSITIVE_INFINITY, requestTime: Number.POSITIVE_INFINITY };

/** An isolate has 128 MB for everything, and no timers between requests. */
export const edgeSettings = (chosen: Chosen): Settings => ({
  ...chosen,
  keyRefresh: KEY_REFRESH,
  refresh: refreshOf("r2:"),
  refreshOnRequest: true,
  releaseFirst: true,
  models: 1,
  running: 1,
  waiting: 16,
  requestBytes: 20 * MEGA,
  bodies: 24 * MIB,
  ...untimed,
  answerBytes: Number.POSITIVE_INFINITY,
});

/**
 * A function gets one request at a time, and stands still between two. What waits in it are only photos of one that was
 * given up at its deadline.
 *
 * @param memory in MiB; a small function cannot hold two models, nor two versions of one
 */
export const lambdaSettings = (storeUrl: string, memory: number, chosen: Chosen): Settings => ({
  ...chosen,
  keyRefresh: KEY_REFRESH,
  refresh: refreshOf(storeUrl),
  refreshOnRequest: true,
  releaseFirst: memory < 1024,
  models: Math.min(4, Math.max(1, Math.floor(memory / 512))),
  running: 1,
  waiting: 2,
  // what fits into an event, in base64
  requestBytes: 4.5 * MEGA,
  bodies: 32 * MIB,
  ...untimed,
  // 6 MiB, less a third for base64, and some for headers
  answerBytes: 4.25 * MIB,
});
