/** The report of the version that answers. It shows training photos, so it is public only where the model's owner says so. */
import { Problem } from "../../shared/problem.ts";
import { versionPrefix } from "../../shared/registry/keys.ts";
import { readCurrent } from "../../shared/registry.ts";
import type { Store } from "../../shared/store/store.ts";
import { isKnown } from "../http/etag.ts";

export const REPORT = "report.html";

/** It was written by training, of labels that anyone may have chosen: nothing in it may reach this site or any other. */
const POLICY =
  "sandbox allow-scripts; default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:";

/**
 * @param known what the reader has, as `If-None-Match` names it
 * @param isOwner whether the request has the owner's token
 * @throws Problem 404 when there is no such model, or no report that may be shown
 */
export const readReport = async (
  store: Store,
  { name, known }: { name: string; known: string | undefined },
  isOwner: () => Promise<boolean>,
): Promise<Response> => {
  const { manifest } = await readCurrent(store, name);
  const { version, publicPhotos = false } = manifest;
  if (!publicPhotos && !(await isOwner()))
    throw new Problem(
      404,
      `the report of ${name} ${version} shows training photos, and its manifest does not say publicPhotos; only its owner may read it`,
    );
  const etag = `"${version}"`;
  const headers = {
    "content-security-policy": POLICY,
    "cache-control": publicPhotos ? "no-cache" : "private, no-store",
    etag,
  };
  // only who was shown the report has its etag, so it need not be read again
  if (known !== "*" && isKnown(known, etag)) return new Response(null, { status: 304, headers });
  const report = await store.get(versionPrefix(name, version) + REPORT);
  if (!report) throw new Problem(404, `${name} ${version} was published without ${REPORT}; train it again to have one`);
  return new Response(report.bytes as Uint8Array<ArrayBuffer>, {
    headers: { ...headers, "content-type": "text/html; charset=utf-8" },
  });
};
