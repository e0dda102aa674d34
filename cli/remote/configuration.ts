/**
 * Where remote trainings run: from the environment, and for what is not set there from the outputs of `sst deploy`, which
 * it leaves in `.sst/outputs.json`. Or another Whippet's URL (`--via`) with its owner's token.
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { readToken } from "../../functions/owner/token.ts";
import { openHttpJobs } from "../../shared/jobs/http.ts";
import type { Jobs } from "../../shared/jobs/jobs.ts";
import { openJobs } from "../../shared/jobs/open.ts";
import { readJobSettings } from "../../shared/jobs/settings.ts";

const OUTPUTS = join(".sst", "outputs.json");

export interface RemoteConfiguration {
  /** WHIPPET_…, the environment's before the deploy's. */
  variables: Readonly<Record<string, string | undefined>>;
  /** Where the deployed Whippet answers. */
  url?: string;
}

/** @throws Error when the deploy's outputs cannot be read */
export const readConfiguration = async (
  environment: Readonly<Record<string, string | undefined>>,
  folder = ".",
): Promise<RemoteConfiguration> => {
  const outputs = await readOutputs(join(folder, OUTPUTS));
  const variables = { ...outputs };
  for (const [name, value] of Object.entries(environment))
    if (name.startsWith("WHIPPET_") && value) variables[name] = value;
  const url = variables.WHIPPET_URL ?? outputs.classify?.replace(/classify$/, "");
  return { variables, ...(url !== undefined && { url: url.replace(/\/$/, "") }) };
};

/** Only text counts; a deploy without training leaves some outputs empty. */
const outputsSchema = z
  .record(z.string(), z.unknown())
  .transform((all) =>
    Object.fromEntries(Object.entries(all).filter((entry) => typeof entry[1] === "string" && entry[1])),
  )
  .pipe(z.record(z.string(), z.string()));

const readOutputs = async (path: string): Promise<Record<string, string>> => {
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return "{}";
    throw new Error(`${path} cannot be read; npx sst deploy writes it anew`, { cause: error });
  });
  try {
    return outputsSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new Error(`${path} is damaged; npx sst deploy writes it anew`, { cause });
  }
};

/** @throws Error naming what to deploy or to set */
export const jobsOf = async ({ variables }: RemoteConfiguration, via: string | undefined): Promise<Jobs> => {
  if (via === undefined) return openJobs(readJobSettings(variables));
  const token = readToken(variables.WHIPPET_TOKEN);
  if (token === undefined) throw new Error(`--via ${via} needs that server's token; set WHIPPET_TOKEN to it`);
  return openHttpJobs(via, token);
};
