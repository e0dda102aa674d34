/** The S3 store against a real S3 server. */
import { afterAll, beforeAll, describe } from "vitest";
import { createS3Client } from "../../shared/store/s3/client.ts";
import { createS3Store } from "../../shared/store/s3.ts";
import { has } from "../require.ts";
import { type Seaweed, startSeaweed } from "../tools/seaweed.ts";
import { describeStore } from "./conformance.ts";

describe.runIf(has("seaweed"))("an S3 bucket", () => {
  let seaweed: Seaweed;
  beforeAll(async () => {
    seaweed = await startSeaweed();
    await seaweed.createBucket("models");
  });
  afterAll(() => seaweed?.stop());

  let stores = 0;
  const emptyStore = async () => {
    const { endpoint, region } = seaweed;
    const client = await createS3Client({ endpoint, region }, { credentials: seaweed });
    return createS3Store(`s3://models/store-${stores++}`, { client });
  };

  describeStore("an S3 bucket", emptyStore);
});
