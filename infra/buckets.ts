/**
 * Two private buckets: published models, and photos. Encrypted (S3 does so by itself since 2023; it is written down here so
 * that nobody switches it off unseen), by TLS only, open to no browser.
 */
import type { Settings } from "./settings.ts";

export interface Buckets {
  models: sst.aws.Bucket;
  photoBucket: sst.aws.Bucket;
  /** `s3://…`, as WHIPPET_STORE and WHIPPET_PHOTOS are written. */
  store: $util.Output<string>;
  photos: $util.Output<string>;
}

const DAYS_OF_OLD_VERSIONS = 30;

export const createBuckets = (settings: Settings): Buckets => {
  const kept = $app.removal !== "remove";

  /** @param rules what happens to objects as they age, besides parts of uploads that were never finished */
  const bucket = (name: string, versioned: boolean, rules: aws.types.input.s3.BucketLifecycleConfigurationRule[]) => {
    const made = new sst.aws.Bucket(name, {
      versioning: versioned,
      cors: false,
      enforceHttps: true,
      transform: { bucket: (args) => void (args.forceDestroy = !kept) },
    });
    new aws.s3.BucketServerSideEncryptionConfiguration(`${name}Encryption`, {
      bucket: made.name,
      rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }],
    });
    new aws.s3.BucketLifecycleConfiguration(`${name}Ageing`, {
      bucket: made.name,
      rules: [
        {
          id: "unfinished-uploads",
          status: "Enabled",
          filter: { prefix: "" },
          abortIncompleteMultipartUpload: { daysAfterInitiation: 1 },
        },
        ...rules,
      ],
    });
    return made;
  };

  const models = bucket("Models", true, [
    {
      id: "overwritten-and-deleted",
      status: "Enabled",
      filter: { prefix: "" },
      noncurrentVersionExpiration: { noncurrentDays: DAYS_OF_OLD_VERSIONS },
    },
    ...(settings.access === "key" ? [usageRule] : []),
  ]);
  const photoBucket = bucket("Photos", false, [
    // what POST /uploads was given; the classifying function deletes it earlier, once it has answered
    { id: "temporary-uploads", status: "Enabled", filter: { prefix: "uploads/" }, expiration: { days: 1 } },
    { id: "checkpoints", status: "Enabled", filter: { prefix: "trainings/" }, expiration: { days: 30 } },
    ...(settings.feedback ? [feedbackRule] : []),
  ]);
  return {
    models,
    photoBucket,
    store: $interpolate`s3://${models.name}`,
    photos: $interpolate`s3://${photoBucket.name}`,
  };
};

/** How often a key was used, a day's count an object. */
const usageRule = { id: "usage", status: "Enabled", filter: { prefix: "usage/" }, expiration: { days: 35 } };

const feedbackRule = { id: "feedback", status: "Enabled", filter: { prefix: "feedback/" }, expiration: { days: 365 } };
