/** What a stage may be told, and what it is told by default. The values stand at the top of sst.config.ts. */

export interface Settings {
  /** What computes answers on Lambda: onnxruntime-node (`native`), or WebAssembly, which runs anywhere (`web`). docs/lambda.md has both measured. */
  engine: "native" | "web";
  /** Of both functions. The packages for arm64 are built and checked, but were never run by our tests. */
  architecture: "x86_64" | "arm64";
  /** Megabytes of the classifying function; 1769 are one whole core. */
  memory: number;
  /** Seconds one request may take, loading a model included. */
  seconds: number;
  /**
   * Requests answered at once, kept free for this function. Unset, the function shares what the account has: new accounts
   * have 10, of which none may be reserved.
   */
  concurrency?: number;
  /** Which model answers where a request names none; unset: the one promoted last. */
  model?: string;
  /** Origins of pages that may call both URLs from a browser, such as `https://example.org`; unset: none. */
  origins?: readonly string[];
  /** `key`: photos are classified only for who has a key of `npx whippet keys add`. */
  access: "public" | "key";
  /** Lets the public function write photos with their owner's corrections under `feedback/`. */
  feedback: boolean;
  /**
   * The Cloudflare Worker. Unset: deployed where CLOUDFLARE_API_TOKEN is set, and a production's is left alone where it is
   * not. `true`: a deploy without the token is refused. `false`: none, and one that is there is taken away.
   */
  edge?: boolean;
  training: TrainingSettings;
  /** Where alarms and the budget's warnings go. Its owner confirms the subscription once, by a mail from AWS. */
  email?: string;
  /** Of the whole account: warned at 80% spent, and at 100% forecast. */
  budget: { dollarsAMonth: number };
  /** CloudFront before the classify URL. Off: the function's own URL is free, and is enough. */
  cloudfront: false | CloudFrontSettings;
}

export interface TrainingSettings {
  /** Off, the deploy still serves, and `whippet train` still trains on your machine. */
  on: boolean;
  /**
   * What builds the container's image. `auto`: docker where it runs, else AWS CodeBuild. With `docker` a deploy is refused
   * where there is none.
   */
  build: "auto" | "docker" | "codebuild";
  /**
   * Photos of other buckets that trainings may read where they lie, `s3://BUCKET/PREFIX/` each. Ours, which `train --remote`
   * fills, needs no mention.
   */
  readsFrom: readonly string[];
  /** Of the EC2 hosts, each with an NVIDIA GPU that CUDA 11 knows (g4dn has a T4, g5 an A10G). */
  instanceTypes: readonly string[];
  /** How far training may grow: a g4dn.xlarge has 4. The account's quota for G instances counts as well. */
  maximumVcpus: number;
  /** A job that takes longer is ended: by Batch, and on Fargate by itself. */
  hours: number;
}

export interface CloudFrontSettings {
  /** A domain whose zone lies in Route 53; its certificate is made. */
  domain?: string;
  /** AWS WAF: requests one address may make in five minutes. About $6 a month, and $0.60 a million requests. */
  requestsPerFiveMinutes?: number;
}

/** Some fields of the settings, for every stage or for one. */
export type Choice = Partial<Omit<Settings, "training">> & { training?: Partial<TrainingSettings> };
export type Stages = { every: Choice } & Record<string, Choice>;

const defaults: Settings = {
  engine: "native",
  architecture: "x86_64",
  memory: 1769,
  seconds: 30,
  access: "public",
  feedback: false,
  training: { on: true, build: "auto", readsFrom: [], instanceTypes: ["g4dn.xlarge"], maximumVcpus: 16, hours: 6 },
  budget: { dollarsAMonth: 20 },
  cloudfront: false,
};

/**
 * The settings of `stage`: the defaults, then those of every stage, then its own.
 * @throws Error naming a setting that AWS would refuse, its value and the fix
 */
export const settingsOf = (stages: Stages, stage: string): Settings => {
  const own = stage === "every" ? {} : (stages[stage] ?? {});
  const settings: Settings = {
    ...defaults,
    ...stages.every,
    ...own,
    training: { ...defaults.training, ...stages.every.training, ...own.training },
  };
  const { memory, seconds, training } = settings;
  // https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
  if (memory < 128 || memory > 10_240) throw wrong("memory", memory, "128 to 10240 megabytes");
  if (seconds < 1 || seconds > 900) throw wrong("seconds", seconds, "1 to 900");
  for (const place of training.readsFrom)
    if (!PLACE.test(place))
      throw wrong("training.readsFrom", place, "a list of s3://BUCKET/PREFIX/, each with its final slash");
  if (training.maximumVcpus < 4) throw wrong("training.maximumVcpus", training.maximumVcpus, "4 or more");
  return settings;
};

/** A bucket, and folders below it; IAM would take `*` and `?` for more than they say. */
const PLACE = /^s3:\/\/[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]\/([^*?#$]+\/)?$/;

const wrong = (name: string, value: number | string, range: string): Error =>
  new Error(`sst.config.ts: ${name} is ${value}; make it ${range}`);
