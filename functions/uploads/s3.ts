/** Uploads in a photo bucket, `WHIPPET_PHOTOS`. The SDK is loaded at the first one. */
import { randomBytes } from "node:crypto";
import type { GetObjectCommandOutput, S3ClientConfig } from "@aws-sdk/client-s3";
import { createS3Client } from "../../shared/store/s3/client.ts";
import { connect } from "../../shared/store/s3/connection.ts";
import { failureOf } from "../../shared/store/s3/failure.ts";
import { parseS3Url } from "../../shared/store/s3/location.ts";
import type { StoredUpload, Uploads } from "./uploads.ts";

/** Time to send 20 MB over a slow line. */
const EXPIRES_SECONDS = 300;

/** The URL brings one photo: sent again, the bucket answers 412 and keeps what it has. */
const ONCE = "*";

/** A header is not signed unless it is named. */
const signed = new Set(["content-length", "content-type", "host", "if-none-match"]);

/** Without the right to list, which a server of photos need not have, S3 says 403 of what is not there. */
const isAbsent = (error: unknown): boolean => [403, 404].includes(failureOf(error).status ?? 0);

/**
 * @param url `s3://BUCKET[/PREFIX]`; needs PutObject, GetObject and DeleteObject on `PREFIX/uploads/*`
 * @param settings of the client, over ours
 */
export const createS3Uploads = (url: string, settings: S3ClientConfig = {}): Uploads => {
  const location = parseS3Url(url);
  const { bucket: Bucket, prefix } = location;
  // a checksum of the body, which is not there yet, would be signed as that of an empty one
  const signing = { requestChecksumCalculation: "WHEN_REQUIRED", ...settings } as const;
  const open = async () => connect(location, { client: await createS3Client(location, signing) });
  let opened: ReturnType<typeof open> | undefined;
  const bucket = () => (opened ??= open());

  return {
    async create({ bytes, type }) {
      const upload = `uploads/${randomBytes(32).toString("base64url")}`;
      const { getSignedUrl } = await import("@aws-sdk/s3-request-presigner");
      const connection = await bucket();
      const url = await connection.request("write", upload, (client, sdk) =>
        getSignedUrl(
          client,
          new sdk.PutObjectCommand({
            Bucket,
            Key: prefix + upload,
            ContentLength: bytes,
            ContentType: type,
            IfNoneMatch: ONCE,
          }),
          { expiresIn: EXPIRES_SECONDS, signableHeaders: signed },
        ),
      );
      return {
        upload,
        method: "PUT",
        url,
        headers: { "content-type": type, "content-length": String(bytes), "if-none-match": ONCE },
        expires: new Date(Date.now() + EXPIRES_SECONDS * 1000).toISOString(),
      };
    },

    async open(upload) {
      const connection = await bucket();
      try {
        const get = await connection.request(
          "read",
          upload,
          (client, sdk) => client.send(new sdk.GetObjectCommand({ Bucket, Key: prefix + upload })),
          isAbsent,
        );
        return storedUpload(get);
      } catch (error) {
        if (isAbsent(error)) return undefined;
        throw error;
      }
    },

    async remove(upload) {
      const connection = await bucket();
      await connection.request("remove", upload, (client, sdk) =>
        client.send(new sdk.DeleteObjectCommand({ Bucket, Key: prefix + upload })),
      );
    },
  };
};

const storedUpload = ({ Body, ContentLength }: GetObjectCommandOutput): StoredUpload => {
  const body = Body!;
  return {
    bytes: ContentLength!,
    read: async () => new Uint8Array(await body.transformToByteArray()),
    cancel: () => void ("destroy" in body && body.destroy()),
  };
};
