/** S3's multipart upload: parts in parallel, then all of them become the object at once, or nothing does. */
import type { CompletedPart, ListMultipartUploadsCommandOutput } from "@aws-sdk/client-s3";
import { inParallel } from "../../parallel.ts";
import type { PutOptions } from "../store.ts";
import type { Connection } from "./connection.ts";
import { conditionOf, unquoted } from "./etag.ts";

/** S3 takes parts of 5 MiB and more, and 10,000 of them; R2 wants all but the last of one size. */
const PART_BYTES = 8 * 2 ** 20;
const AT_ONCE = 4;

/**
 * The condition is checked when the parts become the object. An upload that fails or is stopped is ended, so that its
 * parts cost nothing; what a killed process leaves, `sweepUploads` ends.
 *
 * @param expected failures that come out as S3 gave them
 */
export const writeInParts = async (
  connection: Connection,
  Key: string,
  bytes: Uint8Array,
  { contentType, only }: PutOptions,
  expected: (error: unknown) => boolean,
): Promise<{ etag: string }> => {
  const Bucket = connection.location.bucket;
  const begin = connection.request("write", Key, (client, sdk, options) =>
    client.send(
      new sdk.CreateMultipartUploadCommand({
        Bucket,
        Key,
        ChecksumAlgorithm: "CRC32",
        ...(contentType && { ContentType: contentType }),
      }),
      options,
    ),
  );
  const upload = { Bucket, Key, UploadId: (await begin).UploadId };

  const writePart = (PartNumber: number): Promise<CompletedPart> =>
    connection.request("write", Key, async (client, sdk, options) => {
      const Body = bytes.subarray((PartNumber - 1) * PART_BYTES, PartNumber * PART_BYTES);
      const part = { ...upload, PartNumber, Body, ChecksumAlgorithm: "CRC32" as const };
      const { ETag, ChecksumCRC32 } = await client.send(new sdk.UploadPartCommand(part), options);
      return { PartNumber, ETag, ...(ChecksumCRC32 !== undefined && { ChecksumCRC32 }) };
    });

  try {
    const numbers = Array.from({ length: Math.ceil(bytes.length / PART_BYTES) }, (_, i) => i + 1);
    const Parts = await inParallel(numbers, AT_ONCE, writePart, connection.signal);
    return await connection.request(
      "write",
      Key,
      async (client, sdk, options) => {
        const complete = { ...upload, MultipartUpload: { Parts }, ...conditionOf(only) };
        const { ETag } = await client.send(new sdk.CompleteMultipartUploadCommand(complete), options);
        return { etag: unquoted(ETag) };
      },
      expected,
    );
  } catch (error) {
    await connection.afterwards((client, sdk) => client.send(new sdk.AbortMultipartUploadCommand(upload)));
    throw error;
  }
};

/** Ends uploads below `prefix` that were begun before `olderThan` and that nobody will complete; says how many. */
export const sweepUploads = (connection: Connection, Prefix: string, olderThan: Date): Promise<number> =>
  connection.request("sweep", Prefix, async (client, sdk, options) => {
    const Bucket = connection.location.bucket;
    let swept = 0;
    for (let from: { KeyMarker?: string | undefined; UploadIdMarker?: string | undefined } | undefined = {}; from; ) {
      const listed: ListMultipartUploadsCommandOutput = await client.send(
        new sdk.ListMultipartUploadsCommand({ Bucket, Prefix, ...from }),
        options,
      );
      for (const { Key, UploadId, Initiated } of listed.Uploads ?? []) {
        if (Initiated === undefined || Initiated >= olderThan) continue;
        await client.send(new sdk.AbortMultipartUploadCommand({ Bucket, Key, UploadId }), options);
        swept++;
      }
      from = listed.IsTruncated
        ? { KeyMarker: listed.NextKeyMarker, UploadIdMarker: listed.NextUploadIdMarker }
        : undefined;
    }
    return swept;
  });
