/** Stores and clients on a SeaweedFS, for tests. */
import type { S3Client, S3ClientConfig } from "@aws-sdk/client-s3";
import { createS3Client } from "../../shared/store/s3/client.ts";
import { createS3Store } from "../../shared/store/s3.ts";
import type { Store } from "../../shared/store/store.ts";
import type { Seaweed } from "./seaweed.ts";

export const seaweedClient = (
  { endpoint, region, accessKeyId, secretAccessKey }: Omit<Seaweed, "createBucket" | "stop" | "environment">,
  settings: S3ClientConfig = {},
): Promise<S3Client> =>
  createS3Client({ endpoint, region }, { credentials: { accessKeyId, secretAccessKey }, ...settings });

export const seaweedStore = async (seaweed: Seaweed, url: string): Promise<Store> =>
  createS3Store(url, { client: await seaweedClient(seaweed) });
