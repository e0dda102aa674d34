/** Trainings through another Whippet's owner routes: its machine has the AWS credentials, this one has its token. */
import { z } from "zod";
import { type Jobs, logPageSchema, trainingStateSchema } from "./jobs.ts";
import { JobsError } from "./jobs-error.ts";
import { noSuchTraining } from "./no-such-training.ts";

const submitted = z.object({ id: z.string() });
const listed = z.object({ devices: z.array(z.enum(["gpu", "cpu"])), trainings: z.array(trainingStateSchema) });
const problem = z.object({ detail: z.string() });

/** Milliseconds for an answer; a function's own limit is 30 s. */
const PATIENCE = 60_000;

/**
 * @param url where Whippet answers, `https://…`
 * @param token the owner's
 */
export const openHttpJobs = async (url: string, token: string): Promise<Jobs> => {
  const base = url.replace(/\/$/, "");

  const ask = async <T>(schema: z.ZodType<T>, path: string, init: RequestInit = {}): Promise<T> => {
    const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
    const signal = AbortSignal.timeout(PATIENCE);
    const response = await fetch(`${base}${path}`, { ...init, headers, signal }).catch((cause: unknown) => {
      const message = `no answer from ${base}; is the address right, and the server up?`;
      throw new JobsError(message, { passing: true, cause });
    });
    const body: unknown = await response.json().catch(() => undefined);
    const id = /^\/trainings\/([^/]+)/.exec(path)?.[1];
    if (response.status === 404 && id !== undefined) throw noSuchTraining(id);
    if (response.status === 404)
      throw new Error(
        `${base} offers no trainings: WHIPPET_TOKEN or a job queue is not set there; deploy it with both`,
      );
    if (!response.ok) {
      const said = problem.safeParse(body).data?.detail;
      const message = `${base} answered ${response.status}${said === undefined ? "" : `: ${said}`}`;
      throw new JobsError(message, { passing: mayPass(response, said !== undefined) });
    }
    const parsed = schema.safeParse(body);
    if (!parsed.success)
      throw new Error(`${base} did not answer as Whippet does; is the address right?`, { cause: parsed.error });
    return parsed.data;
  };

  const { devices } = await ask(listed, "/trainings");
  return {
    devices,
    async submit({ name, photos, options, shards }) {
      const body = JSON.stringify({ name, photos, options, shards });
      return (await ask(submitted, "/trainings", { method: "POST", body })).id;
    },
    describe: (id) => ask(trainingStateSchema, `/trainings/${id}`),
    list: async () => (await ask(listed, "/trainings")).trainings,
    async cancel(id) {
      await ask(trainingStateSchema, `/trainings/${id}`, { method: "DELETE" });
    },
    log: (id, from = "") => ask(logPageSchema, `/trainings/${id}/log?${new URLSearchParams({ from })}`),
  };
};

/**
 * Whippet says when to come back where that helps; without it, asked again, it would say the same. What stands before it
 * says nothing of the kind.
 */
const mayPass = ({ status, headers }: Response, isWhippets: boolean): boolean =>
  status === 429 || (status >= 500 && (!isWhippets || headers.has("retry-after")));
