/** Node and Lambda: what the owner may do here, from the environment that a deploy sets. */
import { openJobs } from "../../shared/jobs/open.ts";
import { readReads } from "../../shared/jobs/request.ts";
import { readJobSettings } from "../../shared/jobs/settings.ts";
import type { Owner } from "./owner.ts";
import { readToken } from "./token.ts";

/**
 * Undefined without WHIPPET_TOKEN. Trainings are offered where a queue or a CPU task is configured.
 * @param store the URL that models are published under; a job on another machine must reach it
 * @throws Error naming the variable that is missing or wrong, and the fix
 */
export const readOwner = async (
  environment: Readonly<Record<string, string | undefined>>,
  store: string,
): Promise<Owner | undefined> => {
  const token = readToken(environment.WHIPPET_TOKEN);
  if (token === undefined) return undefined;
  const settings = readJobSettings(environment);
  if (settings.gpu === undefined && settings.cpu === undefined) return { token };
  const photos = environment.WHIPPET_PHOTOS;
  if (!photos)
    throw new Error("trainings are configured, but WHIPPET_PHOTOS is not set; set it to the photo bucket, s3://BUCKET");
  if (!store.startsWith("s3://"))
    throw new Error(
      `trainings are configured, but models are in ${store}, which no other machine reaches; set WHIPPET_STORE to s3://BUCKET`,
    );
  const reads = readReads(environment.WHIPPET_TRAINING_READS);
  return { token, trainings: { jobs: await openJobs(settings), store, photos, reads } };
};
