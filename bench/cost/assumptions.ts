/** What a bill needs to know beside prices and measurements: guesses, each with its reason. docs/cost.md lists them. */

/** As clouds bill; an always-on unit runs 730 of them in an average month, but an abused month has at most 31 days. */
export const HOURS_A_MONTH = 730;
export const LONGEST_MONTH_SECONDS = 31 * 24 * 3600;

export const assumptions = {
  /** GB of published models: five versions of some 25 MB, forms, probes and report. */
  modelsGb: 0.125,
  /** GB of two images, for GPU and CPU, of the present deploy and the one before. */
  imagesGb: 8,
  /** Errors, 5xx answers and throttles of two functions. */
  alarms: 6,
  /** Of the embedded metric format: photos, milliseconds, failures. */
  metrics: 3,
  /** GB of one answer with its headers, five labels and scores. */
  answerGb: 1e-6,
  /** What listing the models takes of the bucket: a listing, and pointer and manifest of each of two models. */
  listing: { reads: 4, lists: 1 },
  /** Requests a second that one isolate of an abused Worker answers; Cloudflare names no figure. */
  requestsOfAnIsolate: 100,
  /** What a model's file takes at most: a look at its size, and itself; its manifest is remembered. */
  fileReads: 2,
  /** Days that an upload lies in the bucket: S3 deletes at the midnight after it is a day old. */
  uploadsKeptDays: 1.5,
  /** GB of log that a request leaves: our line with its metrics, and Lambda's three. */
  logGb: 0.8e-6,
  /** How often a function starts, by photos a month: each photo alone, one in twenty, one in a thousand. */
  starts: { 1000: 1, 100000: 0.05, 10000000: 0.001 },
  /** What a start reads of the bucket: pointer, manifest, model, probes. */
  startReads: 6,
  /**
   * How many photos come more than 25 s after the last one in their instance, which then looks for a promotion; isolates at
   * the edge are many, in many places.
   */
  looks: {
    lambda: { 1000: 1, 100000: 1, 10000000: 0.05 },
    edge: { 1000: 1, 100000: 1, 10000000: 0.25 },
  },
  /** What a look reads, and lists where WHIPPET_MODEL names no model. */
  look: { reads: 2, lists: 1 },
  /** A training's photo, in GB. */
  photoGb: 200e-6,
  /** Seconds until a host runs the container (boot, a pull of 3 GB), and until Batch ends an idle one. */
  hostSeconds: { before: 300, after: 300 },
  /** GB of a host's disk, as infra/batch.ts makes it. */
  hostDiskGb: 100,
  /** Minutes in which CodeBuild builds both images where there is no docker. */
  buildMinutes: 10,
  /** Photos a second of one inference unit. AWS names no figure; it depends on the model. */
  rekognitionPerSecond: 5,
  /** Hours of training: AWS says 30 minutes to 24 hours (customlabels-dg, tm-train-model). */
  rekognitionTrainingHours: { least: 0.5, most: 24 },
} as const;

export const volumes = [1_000, 100_000, 10_000_000] as const;
export type Volume = (typeof volumes)[number];
