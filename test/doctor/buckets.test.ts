/** What `whippet doctor --cloud` says of a bucket in which something is denied, on a real server behind a policy. */
import type { IncomingMessage } from "node:http";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { bucketCheck } from "../../cli/doctor/buckets.ts";
import { callerOf } from "../../cli/doctor/caller.ts";
import { find } from "../../cli/doctor/check.ts";
import type { Store } from "../../shared/store/store.ts";
import { has } from "../require.ts";
import { startDenyingProxy } from "../tools/denying-proxy.ts";
import { type Seaweed, startSeaweed } from "../tools/seaweed.ts";
import { seaweedStore } from "../tools/seaweed-store.ts";

type Denies = (asked: IncomingMessage) => boolean;
const putting: Denies = ({ method }) => method === "PUT";
const getting: Denies = ({ method, url = "" }) => method === "GET" && !url.includes("list-type");
const listing: Denies = ({ url = "" }) => url.includes("list-type");
const deleting: Denies = ({ method, url = "" }) => method === "POST" && url.includes("delete");

describe.runIf(has("seaweed"))("a bucket", () => {
  let seaweed: Seaweed;
  let bucket: Store;
  beforeAll(async () => {
    seaweed = await startSeaweed();
    await seaweed.createBucket("my-bucket");
    bucket = await seaweedStore(seaweed, "s3://my-bucket");
  });
  afterEach(() => vi.unstubAllEnvs());
  afterAll(() => seaweed.stop());

  const checked = async (
    folder: "models" | "photos",
    denies: Denies,
    as = "arn:aws:iam::123456789012:user/a/owner",
  ) => {
    const proxy = await startDenyingProxy(seaweed.endpoint, denies);
    for (const [name, value] of Object.entries({ ...seaweed.environment, AWS_ENDPOINT_URL_S3: proxy.endpoint }))
      vi.stubEnv(name, value);
    const url = "s3://my-bucket/of/mine";
    const found = await find(bucketCheck(callerOf(as), { name: folder, url, variable: "WHIPPET_STORE", folder }));
    await proxy.stop();
    expect(await bucket.list("")).toEqual([]);
    return found;
  };

  it.each([
    ["s3:PutObject", "broken", putting, "arn:aws:s3:::my-bucket/of/mine/models/*"],
    ["s3:GetObject", "broken", getting, "arn:aws:s3:::my-bucket/of/mine/models/*"],
    ["s3:ListBucket", "broken", listing, "arn:aws:s3:::my-bucket"],
    ["s3:DeleteObject", "off", deleting, "arn:aws:s3:::my-bucket/of/mine/models/*"],
  ] as const)(
    "in which %s is denied is told from others, and left as it was",
    async (action, state, denies, resource) => {
      const { fix = "", ...found } = await checked("models", denies);
      expect(found.state).toBe(state);
      expect(fix).toMatch(/^aws iam put-user-policy --user-name owner --policy-name whippet-s3-/);
      expect(JSON.parse(/'(.*)'$/.exec(fix)![1]!).Statement).toEqual([
        { Effect: "Allow", Action: action, Resource: resource },
      ]);
    },
  );

  it("of photos need not be cleared by whoever trains", async () =>
    expect(await checked("photos", deleting)).toMatchObject({ state: "ok" }));

  it("says what it may not where no policy can be put on the caller", async () => {
    const found = await checked("models", putting, "arn:aws:iam::123456789012:root");
    expect(found).toMatchObject({ state: "broken", said: expect.stringContaining("s3:PutObject") });
    expect(found.fix).toBeUndefined();
  });
});
