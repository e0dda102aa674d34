/** Where trainings run, from the environment that a deploy sets and prints. */
import { z } from "zod";

export interface BatchSettings {
  /** Name or ARN. */
  queue: string;
  definition: string;
  /** Log group. */
  logs: string;
}

export interface FargateSettings {
  cluster: string;
  /** The task definition's ARN or family. */
  task: string;
  subnets: string[];
  securityGroups: string[];
}

export interface JobSettings {
  gpu?: BatchSettings;
  cpu?: FargateSettings;
}

export const jobVariables = [
  "WHIPPET_JOB_QUEUE",
  "WHIPPET_JOB_DEFINITION",
  "WHIPPET_JOB_LOGS",
  "WHIPPET_CPU_CLUSTER",
  "WHIPPET_CPU_TASK",
  "WHIPPET_CPU_SUBNETS",
  "WHIPPET_CPU_SECURITY_GROUPS",
] as const;

const text = z.preprocess((value) => (value === "" ? undefined : value), z.string().trim().min(1).optional());
const list = text.transform((value) => value?.split(",").map((part) => part.trim()));

const variables = z.object({
  WHIPPET_JOB_QUEUE: text,
  WHIPPET_JOB_DEFINITION: text,
  WHIPPET_JOB_LOGS: text,
  WHIPPET_CPU_CLUSTER: text,
  WHIPPET_CPU_TASK: text,
  WHIPPET_CPU_SUBNETS: list,
  WHIPPET_CPU_SECURITY_GROUPS: list,
});

/**
 * What of the two is configured; neither is no error.
 * @throws Error naming the variables that are missing beside those that are set
 */
export const readJobSettings = (source: Readonly<Record<string, unknown>>): JobSettings => {
  const set = variables.parse(Object.fromEntries(jobVariables.map((name) => [name, source[name]])));
  const gpu = complete(set, ["WHIPPET_JOB_QUEUE", "WHIPPET_JOB_DEFINITION", "WHIPPET_JOB_LOGS"]);
  const cpu = complete(set, [
    "WHIPPET_CPU_CLUSTER",
    "WHIPPET_CPU_TASK",
    "WHIPPET_CPU_SUBNETS",
    "WHIPPET_CPU_SECURITY_GROUPS",
  ]);
  return {
    ...(gpu && {
      gpu: { queue: gpu.WHIPPET_JOB_QUEUE, definition: gpu.WHIPPET_JOB_DEFINITION, logs: gpu.WHIPPET_JOB_LOGS },
    }),
    ...(cpu && {
      cpu: {
        cluster: cpu.WHIPPET_CPU_CLUSTER,
        task: cpu.WHIPPET_CPU_TASK,
        subnets: cpu.WHIPPET_CPU_SUBNETS,
        securityGroups: cpu.WHIPPET_CPU_SECURITY_GROUPS,
      },
    }),
  };
};

type Variables = z.output<typeof variables>;
type Complete<Names extends keyof Variables> = { [Name in Names]: NonNullable<Variables[Name]> };

/** All of `names`, or undefined where none is set. */
const complete = <Names extends keyof Variables>(
  set: Variables,
  names: readonly Names[],
): Complete<Names> | undefined => {
  const missing = names.filter((name) => set[name] === undefined);
  if (missing.length === names.length) return undefined;
  if (missing.length > 0)
    throw new Error(
      `${names.find((name) => set[name] !== undefined)} is set, but ${missing.join(" and ")} ` +
        `${missing.length === 1 ? "is" : "are"} not; set all that \`npx sst deploy\` printed, or none`,
    );
  return set as Complete<Names>;
};

/** The region inside an ARN; undefined where `name` is no ARN. */
export const regionOf = (name: string): string | undefined => /^arn:[^:]+:[^:]+:([^:]+):/.exec(name)?.[1];
