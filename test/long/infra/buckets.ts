import { expect } from "vitest";
import { all, type Graph, one } from "../../infra/graph.ts";
import type { Promised } from "./promise.ts";

const file = "infra/buckets.ts";

/** The lifecycle rules of a bucket's component, by id. */
const rules = (graph: Graph, name: string): Record<string, { expiration?: unknown }> =>
  Object.fromEntries(
    one(graph, "BucketLifecycleConfiguration", name).inputs.rules.map((rule: { id: string }) => [rule.id, rule]),
  );

export const buckets: readonly Promised[] = [
  {
    promise: "keeps every bucket private",
    in: "development",
    holds: (graph) => {
      expect(all(graph, "Bucket").map(({ name }) => name)).toEqual(["ModelsBucket", "PhotosBucket"]);
      for (const { parent } of all(graph, "Bucket"))
        expect(one(graph, "BucketPublicAccessBlock", `${parent}PublicAccessBlock`).inputs).toMatchObject({
          blockPublicAcls: true,
          blockPublicPolicy: true,
          ignorePublicAcls: true,
          restrictPublicBuckets: true,
        });
    },
    breaks: [
      { file, find: "cors: false,", put: 'cors: false, access: "public",' },
      { file, find: "cors: false,", put: "cors: false, public: true," },
    ],
  },
  {
    promise: "refuses whatever does not come by TLS, and allows nobody anything by a bucket's policy",
    in: "development",
    holds: (graph) => {
      expect(all(graph, "BucketPolicy")).toHaveLength(2);
      for (const { inputs } of all(graph, "BucketPolicy")) {
        const statements = JSON.parse(inputs.policy).Statement;
        expect(statements).toHaveLength(1);
        expect(statements[0]).toMatchObject({
          Effect: "Deny",
          Principal: { "*": ["*"] },
          Action: ["s3:*"],
          Resource: [`arn:aws:s3:::${inputs.bucket}`, `arn:aws:s3:::${inputs.bucket}/*`],
          Condition: { Bool: { "aws:SecureTransport": ["false"] } },
        });
      }
    },
    breaks: [{ file, find: "enforceHttps: true", put: "enforceHttps: false" }],
  },
  {
    promise: "keeps old versions of what is in the models' bucket, for a month",
    in: "development",
    holds: (graph) => {
      expect(one(graph, "BucketVersioning", "ModelsVersioning").inputs).toMatchObject({
        versioningConfiguration: { status: "Enabled" },
      });
      expect(rules(graph, "ModelsAgeing")["overwritten-and-deleted"]).toMatchObject({
        status: "Enabled",
        noncurrentVersionExpiration: { noncurrentDays: 30 },
      });
    },
    breaks: [
      { file, find: "versioning: versioned", put: "versioning: false" },
      { file, find: "noncurrentVersionExpiration: {", put: "expiration: { days: 30 }, x: {" },
    ],
  },
  {
    promise: "never lets a model expire",
    in: "development",
    holds: (graph) => {
      for (const rule of Object.values(rules(graph, "ModelsAgeing"))) expect(rule).not.toHaveProperty("expiration");
    },
    breaks: [
      { file, find: "noncurrentVersionExpiration:", put: "expiration: { days: 90 }, noncurrentVersionExpiration:" },
    ],
  },
  {
    promise: "lets the counts of keys' use go after a month, and no key",
    in: "withKeys",
    holds: (graph) => {
      const expiring = Object.values(rules(graph, "ModelsAgeing")).filter((rule) => rule.expiration);
      expect(expiring).toMatchObject([{ filter: { prefix: "usage/" }, expiration: { days: 35 } }]);
    },
    breaks: [
      { file, find: 'prefix: "usage/"', put: 'prefix: ""' },
      { file, find: 'settings.access === "key"', put: "false" },
    ],
  },
  {
    promise: "encrypts every bucket",
    in: "development",
    holds: (graph) => {
      for (const { parent, inputs } of all(graph, "Bucket"))
        expect(one(graph, "BucketServerSideEncryptionConfiguration", `${parent}Encryption`).inputs).toMatchObject({
          bucket: inputs.bucket,
          rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }],
        });
    },
    breaks: [{ file, find: '{ sseAlgorithm: "AES256" }', put: '{ sseAlgorithm: "none" }' }],
  },
  {
    promise: "opens no bucket and no function to other pages",
    in: "development",
    holds: (graph) => {
      expect(all(graph, "BucketCorsConfiguration")).toEqual([]);
      for (const { inputs } of all(graph, "FunctionUrl")) expect(inputs.cors).toBeUndefined();
    },
    breaks: [
      { file, find: "cors: false", put: "cors: true" },
      { file: "infra/api.ts", find: "cors: false", put: "cors: true" },
      { file: "infra/owner.ts", find: "cors: false", put: "cors: true" },
    ],
  },
  {
    promise: "deletes temporary uploads after a day, and no photo that a training needs",
    in: "development",
    holds: (graph) => {
      const found = rules(graph, "PhotosAgeing");
      expect(found["temporary-uploads"]).toMatchObject({
        status: "Enabled",
        filter: { prefix: "uploads/" },
        expiration: { days: 1 },
      });
      expect(found.checkpoints).toMatchObject({ filter: { prefix: "trainings/" }, expiration: { days: 30 } });
      expect(Object.keys(found).sort()).toEqual(["checkpoints", "temporary-uploads", "unfinished-uploads"]);
    },
    breaks: [
      { file, find: "expiration: { days: 1 }", put: "expiration: { days: 30 }" },
      { file, find: 'prefix: "uploads/"', put: 'prefix: ""' },
      { file, find: 'prefix: "trainings/"', put: 'prefix: "photos/"' },
    ],
  },
  {
    promise: "ends uploads in parts that were never finished",
    in: "development",
    holds: (graph) => {
      for (const name of ["ModelsAgeing", "PhotosAgeing"])
        expect(rules(graph, name)["unfinished-uploads"]).toMatchObject({
          status: "Enabled",
          filter: { prefix: "" },
          abortIncompleteMultipartUpload: { daysAfterInitiation: 1 },
        });
    },
    breaks: [{ file, find: "daysAfterInitiation: 1", put: "daysAfterInitiation: 365" }],
  },
  {
    promise: "keeps feedback for a year where that is on",
    in: "withOptions",
    holds: (graph) =>
      expect(rules(graph, "PhotosAgeing").feedback).toMatchObject({
        status: "Enabled",
        filter: { prefix: "feedback/" },
        expiration: { days: 365 },
      }),
    breaks: [
      { file, find: "expiration: { days: 365 }", put: "expiration: { days: 1 }" },
      { file, find: 'filter: { prefix: "feedback/" }', put: 'filter: { prefix: "" }' },
    ],
  },
];
