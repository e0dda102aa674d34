/** Photos that are too large for a request where a platform limits its body: they go to a bucket, by a presigned URL. */
import { z } from "zod";
import { checkBytes, type Limits } from "../../shared/pixels/limits.ts";
import { Problem } from "../../shared/problem.ts";
import type { Budget } from "../body/budget.ts";
import { parseJson } from "../body/json.ts";
import { parse } from "../http/query.ts";
import { describeError, type Log } from "../log.ts";

export interface Ticket {
  /** What `POST /classify?upload=` takes. */
  upload: string;
  /** The request that brings the photo: its method, URL and headers, all of them signed. */
  method: "PUT";
  url: string;
  headers: Record<string, string>;
  /** ISO 8601; later the URL is refused. */
  expires: string;
}

export interface StoredUpload {
  bytes: number;
  /** Reads the whole photo. */
  read(): Promise<Uint8Array<ArrayBuffer>>;
  /** Lets go of it unread. */
  cancel(): void;
}

/** A bucket's folder of uploads. */
export interface Uploads {
  /** @param photo exactly its bytes and its type will be accepted */
  create(photo: { bytes: number; type: string }): Promise<Ticket>;
  /** Undefined when there is none, or none any more. */
  open(upload: string): Promise<StoredUpload | undefined>;
  remove(upload: string): Promise<void>;
}

/** What an upload's key looks like: a folder of its own, then 256 random bits in base64url. */
const uploadKey = /^uploads\/[A-Za-z0-9_-]{43}$/;

const types = ["image/jpeg", "image/png", "image/webp", "application/octet-stream"] as const;

/** Bytes of the body of `POST /uploads`. */
export const UPLOAD_REQUEST_BYTES = 1024;

/** The body of `POST /uploads`. */
export const uploadRequest = z.object({
  bytes: z.int("must be the photo's size in bytes").min(1, "must be the photo's size in bytes"),
  type: z.enum(types, `must be one of ${types.join(", ")}`).default("application/octet-stream"),
});

/**
 * What the body of `POST /uploads` asks for.
 * @throws Problem 400 when it is not understood, 413 when the photo is larger than `limits` allow
 */
export const uploadIn = (body: Uint8Array, limits: Limits): z.output<typeof uploadRequest> => {
  const photo = parse(uploadRequest, parseJson(body, 'send {"bytes": SIZE_OF_THE_PHOTO, "type": "image/jpeg"}'));
  checkBytes(photo.bytes, limits);
  return photo;
};

const missing = (upload: string): Problem =>
  new Problem(
    404,
    `there is no upload ${JSON.stringify(upload.slice(0, 64))}; it is classified once and kept for a day: ask POST /uploads for a new one, PUT the photo to its url, then classify it`,
  );

/**
 * Hands an uploaded photo to `use` and deletes it, whatever came of it; but a client that is told to come back in a moment
 * finds it there.
 *
 * @param limits of its bytes, looked at before anything is read
 * @throws Problem 404 when there is no such upload, or no bucket for them; 413 when it is too large, 503 when the budget is spent
 */
export const withUpload = async <T>(
  { uploads, budget, log }: { uploads: Uploads | undefined; budget: Budget; log: Log },
  { upload, limits }: { upload: string; limits: Limits },
  use: (photo: Uint8Array<ArrayBuffer>) => Promise<T>,
): Promise<T> => {
  if (!uploads)
    throw new Problem(404, "this server has no bucket for uploads; send the photo itself as the request's body");
  // of a key outside the folder nothing may be read or deleted
  const stored = uploadKey.test(upload) ? await uploads.open(upload) : undefined;
  if (!stored) throw missing(upload);
  const share = budget.open();
  let kept = false;
  try {
    checkBytes(stored.bytes, limits);
    share.take(stored.bytes);
    return await use(await stored.read());
  } catch (error) {
    kept = error instanceof Problem && error.retryAfter !== undefined;
    throw error;
  } finally {
    stored.cancel();
    share.close();
    // the bucket's lifecycle takes what is kept, or cannot be deleted now
    if (!kept)
      await uploads.remove(upload).catch((error: unknown) => {
        log({ level: "error", event: "upload not deleted", upload, error: describeError(error) });
      });
  }
};
