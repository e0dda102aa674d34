import { afterAll, describe, expect, it } from "vitest";
import { buildLambda } from "../../../functions/lambda/build.ts";
import { readCurrent } from "../../../shared/registry.ts";
import { temporaryFolder } from "../../e2e/folders.ts";
import { has } from "../../require.ts";
import { createLambda } from "../../tools/lambda.ts";
import { modelInFolder, promoteAnother } from "./model.ts";

const there = has("lambda-ric");
const model = there ? await modelInFolder() : undefined;
const bundles = await temporaryFolder("lambda-owner");
afterAll(async () => {
  await model?.remove();
  await bundles.remove();
});

describe.runIf(there)("the owner's bundle on Lambda", () => {
  it("promotes, rolls back and shows feedback to the owner, and to nobody else", async () => {
    const folder = await buildLambda("owner", { folder: bundles.home });
    const token = "a-token-of-at-least-16-bytes";
    const { url } = model!;
    const environment = { WHIPPET_STORE: url, WHIPPET_PHOTOS: url, WHIPPET_FEEDBACK: "1", WHIPPET_TOKEN: token };
    const lambda = await createLambda({ folder, environment, memory: 256 });
    const post = (path: string, authorization: string) =>
      fetch(lambda.url + path, { method: "POST", headers: { authorization } });
    try {
      const before = (await readCurrent(model!.store, "dog-breeds")).manifest.version;
      const promoted = await promoteAnother(model!.store, 2);
      expect((await post("/models/dog-breeds/rollback", "Bearer not-the-token-at-all")).status).toBe(401);
      expect((await readCurrent(model!.store, "dog-breeds")).manifest.version).toBe(promoted);
      const response = await post("/models/dog-breeds/rollback", `Bearer ${token}`);
      expect(await response.json()).toEqual({ model: "dog-breeds", version: before });
      expect((await post("/classify", `Bearer ${token}`)).status).toBe(404);
      const feedback = `${lambda.url}/models/dog-breeds/feedback`;
      expect((await fetch(feedback)).status).toBe(401);
      const shown = await fetch(feedback, { headers: { authorization: `Bearer ${token}` } });
      expect(await shown.json()).toEqual({ feedback: [] });
    } finally {
      await lambda.close();
    }
  });
});
