/** What a server can be told, from the environment or from a Worker's variables, and what each platform adds. */
import { z } from "zod";
import { edgeLimits, feedbackMost, lambdaLimits, type RequestLimits } from "../shared/limits.ts";
import { nameSchema } from "../shared/manifest.ts";
import type { FeedbackMost } from "./feedback/ceiling.ts";
import { readToken } from "./owner/token.ts";

export interface Settings extends RequestLimits {
  /** Answers where a request names no model; without it the model that was promoted last does. */
  model?: string;
  /** Who is answered: anyone, or whoever has a key. */
  access?: "public" | "key";
  /** Whether photos are kept that someone puts right. */
  feedback?: boolean;
  /** How much of it one model gathers. */
  feedbackMost: FeedbackMost;
  /** Shared by a Worker and the server that it passes requests on to: how the one knows the other where access is by key. */
  fallbackToken?: string;
  /** Milliseconds for which a key is remembered, revoked or not. */
  keyRefresh: number;
  /** Milliseconds between two looks at the store for a promotion. */
  refresh: number;
  /** Whether requests look for a promotion themselves. Otherwise someone calls `models.refresh()` on a timer. */
  refreshOnRequest: boolean;
  /** Milliseconds in which the store must say which version answers; after them the one that is loaded goes on. */
  storeTime: number;
  /** Milliseconds in which a version's files must have come. */
  loadTime: number;
  /** Frees the old version's memory before it makes the new one: requests wait, but two never exist at once. */
  releaseFirst: boolean;
  /** How many models stay loaded. */
  models: number;
  /** Bytes of a file in one answer; a larger file is answered in parts. */
  answerBytes: number;
}

const chosenNumber = (meaning: string, least: number) =>
  z.preprocess((value) => (value === "" ? undefined : value), z.coerce.number(meaning).min(least, meaning).optional());

const variables = z.object({
  WHIPPET_MODEL: z.preprocess((value) => (value === "" ? undefined : value), nameSchema.optional()),
  WHIPPET_FEEDBACK: z.enum(["", "0", "1"], "1 to keep photos that someone puts right, or 0").optional(),
  WHIPPET_FEEDBACK_PHOTOS: chosenNumber("how many photos of feedback a model may have, 1 or more", 1),
  WHIPPET_FEEDBACK_MB: chosenNumber("how many megabytes of feedback a model may have, 1 or more", 1),
  WHIPPET_REFRESH: chosenNumber("the seconds between two looks for a promotion, 0.1 or more", 0.1),
  WHIPPET_ACCESS: z.preprocess(
    (value) => (value === "" ? undefined : value),
    z.enum(["public", "key"], "public, or key: then only who has one is answered (npx whippet keys add)").optional(),
  ),
});

/** What the owner says, on every platform. */
export type Chosen = Pick<Settings, "model" | "access" | "feedback" | "fallbackToken"> &
  Partial<Pick<Settings, "feedbackMost" | "refresh">>;

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
  const { WHIPPET_FEEDBACK_PHOTOS: photos, WHIPPET_FEEDBACK_MB: megabytes, WHIPPET_REFRESH: seconds } = parsed.data;
  const fallbackToken = readToken(source.WHIPPET_FALLBACK_TOKEN, "WHIPPET_FALLBACK_TOKEN");
  return {
    ...(model !== undefined && { model }),
    ...(access !== undefined && { access }),
    ...(feedback === "1" && { feedback: true }),
    ...((photos ?? megabytes) !== undefined && {
      feedbackMost: {
        photos: photos ?? feedbackMost.photos,
        bytes: megabytes === undefined ? feedbackMost.bytes : megabytes * 1_000_000,
      },
    }),
    ...(seconds !== undefined && { refresh: seconds * 1000 }),
    ...(fallbackToken !== undefined && { fallbackToken }),
  };
};

const MIB = 1024 * 1024;

/** A folder is cheap to look at; a bucket's reads are billed. A promotion is to be seen within 1 s and 30 s, loading included. */
const refreshOf = (storeUrl: string): number => (storeUrl.startsWith("file:") ? 400 : 25_000);

const everywhere = {
  // a revoked key is refused within half a minute
  keyRefresh: 25_000,
  // a pointer is some hundred bytes: what takes this long is the connection
  storeTime: 5_000,
  feedbackMost,
} as const;

/** Where a request waits for it. A new version that takes longer is tried again later. */
const REQUEST_LOAD_TIME = 10_000;

/** @param running as many as there are threads to compute */
export const nodeSettings = (storeUrl: string, limits: RequestLimits, running: number, chosen: Chosen): Settings => ({
  ...everywhere,
  ...limits,
  running,
  refresh: refreshOf(storeUrl),
  refreshOnRequest: false,
  loadTime: 60_000,
  releaseFirst: false,
  models: 8,
  answerBytes: Number.POSITIVE_INFINITY,
  ...chosen,
});

/** An isolate has no timers between requests, and room for one model. */
export const edgeSettings = (chosen: Chosen): Settings => ({
  ...everywhere,
  ...edgeLimits.request,
  refresh: refreshOf("r2:"),
  refreshOnRequest: true,
  loadTime: REQUEST_LOAD_TIME,
  releaseFirst: true,
  models: 1,
  answerBytes: Number.POSITIVE_INFINITY,
  ...chosen,
});

/** @param memory in MiB; a small function cannot hold two models, nor two versions of one */
export const lambdaSettings = (storeUrl: string, memory: number, chosen: Chosen): Settings => ({
  ...everywhere,
  ...lambdaLimits.request,
  refresh: refreshOf(storeUrl),
  refreshOnRequest: true,
  loadTime: REQUEST_LOAD_TIME,
  releaseFirst: memory < 1024,
  models: Math.min(4, Math.max(1, Math.floor(memory / 512))),
  // 6 MiB, less a third for base64, and some for headers
  answerBytes: 4.25 * MIB,
  ...chosen,
});
