/** Keys and their quota on Lambda, whose instances come and go, and stand still between two requests. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildLambda } from "../../../functions/lambda/build.ts";
import { dayOf } from "../../../shared/keys/key.ts";
import { createKey } from "../../../shared/keys/keys.ts";
import { readUsage } from "../../../shared/keys/usage.ts";
import { createFileStore } from "../../../shared/store/file.ts";
import { temporaryFolder } from "../../e2e/folders.ts";
import { has } from "../../require.ts";
import { createLambda, type Lambda } from "../../tools/lambda.ts";

const there = has("lambda-ric");
const QUOTA = 3;
const { home, remove } = await temporaryFolder("lambda-keys");
const store = createFileStore(`${home}/store`);
const { key, hash } = await createKey(store, { name: "phone", quota: QUOTA }, { now: Date.now });
let lambda: Lambda;

describe.runIf(there)("a function that answers to keys alone", () => {
  beforeAll(async () => {
    const folder = await buildLambda("web", { folder: home });
    lambda = await createLambda({
      folder,
      environment: { WHIPPET_STORE: `file:${home}/store`, WHIPPET_ACCESS: "key" },
    });
  });
  afterAll(() => lambda?.close());

  /** Nothing is published, so whoever is admitted hears 503. */
  const ask = async (authorization = `Bearer ${key}`): Promise<number> =>
    (await fetch(`${lambda.url}/classify`, { method: "POST", body: "x", headers: { authorization } })).status;

  it("holds a key's quota over instances that end after each request", async () => {
    expect(await ask("")).toBe(401);
    const statuses: number[] = [];
    for (let instance = 0; instance < QUOTA + 1; instance++) {
      statuses.push(await ask());
      await lambda.end();
    }
    expect(statuses).toEqual([503, 503, 503, 429]);
    expect(await readUsage(store, hash, dayOf(Date.now()))).toBe(QUOTA);
  });
});

afterAll(remove);
