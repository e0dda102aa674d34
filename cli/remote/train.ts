/** `whippet train --remote`: the photos travel, a machine that exists only for this trains, and its log is followed. */

import { isAbort } from "../../shared/failure.ts";
import type { Device, Jobs } from "../../shared/jobs/jobs.ts";
import { below, jobOf, readReads, type TrainingRequest, whyUnreadable } from "../../shared/jobs/request.ts";
import { Problem } from "../../shared/problem.ts";
import { createS3Store } from "../../shared/store/s3.ts";
import type { PhotoSource } from "../../training/dataset/list-photos.ts";
import type { Context } from "../context.ts";
import { UsageError } from "../failure.ts";
import { localPhotos, photosWithFeedback } from "../photos.ts";
import { jobsOf, type RemoteConfiguration, readConfiguration } from "./configuration.ts";
import { follow } from "./follow.ts";
import { showOutcome } from "./outcome.ts";
import { type Prepared, preparePhotos } from "./prepare.ts";
import { RemoteTrainingError } from "./remote-training-error.ts";
import { uploadDataset } from "./upload.ts";

export interface RemoteOptions {
  name: string;
  /** The model that people put photos right about, which are to be learned as well. */
  feedback: string | undefined;
  options: Omit<TrainingRequest["options"], "device">;
  device: Device | undefined;
  shards: number;
  via: string | undefined;
  store: string | undefined;
  json: boolean;
}

export const trainRemotely = async (context: Context, photos: PhotoSource, chosen: RemoteOptions): Promise<void> => {
  const { terminal, signal } = context;
  const { via, json, name, shards } = chosen;
  const configuration = withStore(await readConfiguration(process.env), chosen.store);
  const jobs = await jobsOf(configuration, via);
  const device = chooseDevice(jobs, chosen.device);
  if (device === "cpu" && shards > 1) throw new UsageError("--shards needs --device gpu: the CPU task is one machine");

  const { url, prepared } = await bringPhotos(context, photos, { configuration, via, feedback: chosen.feedback });
  const options = { ...chosen.options, device };
  const job = await jobOf({ name, photos: url, options, shards }, placesOf(configuration, via), new Date());
  const id = await jobs.submit(job);
  terminal.line(`submitted  training ${id} on the ${device}${shards > 1 ? ` in ${shards} shards` : ""}`);
  const followed = await followOrDetach(context, jobs, id, via);
  signal.throwIfAborted();
  await showOutcome(context, followed, { configuration, via, json, prepared });
};

/** Ctrl-C leaves the training alone, and so does whatever keeps it from being followed; both say how to come back to it. */
export const followOrDetach = (context: Context, jobs: Jobs, id: string, via: string | undefined) =>
  follow(jobs, id, context).catch((error: unknown) => {
    if (error instanceof RemoteTrainingError || isNotFound(error)) throw error;
    const where = via === undefined ? "" : ` --via ${via}`;
    context.terminal.line(
      isAbort(error)
        ? `Detached; training ${id} goes on without you.`
        : `Training ${id} cannot be followed just now; it goes on without you.`,
    );
    context.terminal.line(`  back to it:  npx whippet trainings follow ${id}${where}`);
    context.terminal.line(`  end it:      npx whippet trainings cancel ${id}${where}`);
    throw error;
  });

const isNotFound = (error: unknown): boolean => error instanceof Problem && error.status === 404;

const withStore = (configuration: RemoteConfiguration, store: string | undefined): RemoteConfiguration =>
  store === undefined
    ? configuration
    : { ...configuration, variables: { ...configuration.variables, WHIPPET_STORE: store } };

const chooseDevice = ({ devices }: Jobs, chosen: Device | undefined): Device => {
  const device = chosen ?? devices[0];
  if (device !== undefined && devices.includes(device)) return device;
  throw new Error(
    `no training on the ${device ?? "gpu"} is deployed, only on the ${devices.join(" and the ") || "moon"}; ` +
      `leave --device out, or turn it on in sst.config.ts and deploy again`,
  );
};

/** A bucket that another machine reaches. @throws Error naming the variable and where it comes from */
const bucketOf = ({ variables }: RemoteConfiguration, name: "WHIPPET_STORE" | "WHIPPET_PHOTOS"): string => {
  const url = variables[name];
  if (url?.startsWith("s3://")) return url;
  const is = url === undefined ? "is not set" : `is ${url}, which no other machine reaches`;
  throw new Error(`${name} ${is}; npx sst deploy makes the bucket and prints it: set it to s3://BUCKET`);
};

const placesOf = (configuration: RemoteConfiguration, via: string | undefined) =>
  // whoever is asked over HTTP uses its own
  via === undefined
    ? { store: bucketOf(configuration, "WHIPPET_STORE"), photos: bucketOf(configuration, "WHIPPET_PHOTOS") }
    : { store: "s3://theirs", photos: "s3://theirs" };

/** @throws Error before a machine is rented that may not read them; over HTTP whoever is asked says so */
const readableByTrainings = (photos: string, { variables }: RemoteConfiguration, via: string | undefined): string => {
  const url = photos.endsWith(".json") || photos.endsWith("/") ? photos : `${photos}/`;
  const unreadable =
    via === undefined ? whyUnreadable(url, { reads: readReads(variables.WHIPPET_TRAINING_READS) }) : undefined;
  if (unreadable !== undefined) throw new Error(unreadable);
  return url;
};

/** The photos' URL in a bucket; this machine's are uploaded first, and so is what is put together of two places. */
const bringPhotos = async (
  context: Context,
  { photos, labels, multiLabel }: PhotoSource,
  {
    configuration,
    via,
    feedback,
  }: { configuration: RemoteConfiguration; via: string | undefined; feedback: string | undefined },
): Promise<{ url: string; prepared?: Prepared }> => {
  const { terminal, signal } = context;
  if (photos.startsWith("s3://")) {
    if (labels !== undefined) throw new UsageError("--labels is for photos of this machine; leave it out with s3://");
    if (feedback === undefined) return { url: readableByTrainings(photos, configuration, via) };
  }
  // before anything is read, so that nobody waits for a message about a setting
  const bucketUrl = bucketOf(configuration, "WHIPPET_PHOTOS");
  placesOf(configuration, via);
  const bucket = createS3Store(bucketUrl, { signal });
  try {
    const progress = { progress: terminal, signal };
    const own = { photos: await localPhotos(context, photos), labels, multiLabel };
    const prepared = await preparePhotos(await photosWithFeedback(context, own, feedback, bucket), progress);
    const { key } = await uploadDataset(prepared.photos, { ...progress, bucket, multiLabel });
    return { url: below(bucketUrl, key), prepared };
  } catch (error) {
    if (isAbort(error))
      terminal.line("Stopped; nothing was submitted. The same command uploads only what the bucket lacks.");
    throw error;
  }
};
