/** Whether a bucket may be used as trainings and publishing use it; nothing is ever left in it. */
import { randomUUID } from "node:crypto";
import { openStore } from "../../shared/store/open.ts";
import { parseS3Url } from "../../shared/store/s3/location.ts";
import type { Caller } from "./caller.ts";
import { type Check, DEPLOY, off, ok } from "./check.ts";
import { grant, isDenied, permitted } from "./permission.ts";
import { tryToWrite } from "./writable.ts";

export interface BucketToCheck {
  name: string;
  /** As WHIPPET_STORE or WHIPPET_PHOTOS has it. */
  url: string | undefined;
  variable: string;
  /** What is kept there, and what objects of it are removed by, if by anything. */
  folder: "models" | "photos";
}

export const bucketCheck = (caller: Caller, { name, url, variable, folder }: BucketToCheck): Check => ({
  name,
  async look() {
    if (!url?.startsWith("s3://")) return off(`${variable} names no bucket`, DEPLOY);
    const store = openStore(url);
    const { bucket, prefix } = parseS3Url(url);
    const arn = `arn:aws:s3:::${bucket}`;
    const objects = [`${arn}/${prefix}${folder}/*`];
    const key = `${folder}/doctor-${randomUUID()}`;
    await permitted(caller, { action: "s3:ListBucket", resources: [arn] }, () => store.list(`${folder}/`));
    await permitted(caller, { action: "s3:GetObject", resources: objects }, () => store.get(key));
    await permitted(caller, { action: "s3:PutObject", resources: objects }, () => tryToWrite(store, key));
    if (folder === "photos") return ok(`${url}, can be read and written`);
    try {
      await store.remove([key]);
      return ok(`${url}, can be read, written and cleared`);
    } catch (error) {
      const fix = isDenied(error) ? grant(caller, [{ action: "s3:DeleteObject", resources: objects }]) : undefined;
      if (fix === undefined) throw error;
      return off(`${url}, can be read and written; whippet remove and prune may delete nothing`, fix);
    }
  },
});
