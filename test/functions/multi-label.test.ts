import { describe, expect, it } from "vitest";
import { namedAnswers } from "../../functions/openapi/answers.ts";
import type { Answer } from "../../shared/classifier/classifier.ts";
import { manifestSchema } from "../../shared/manifest.ts";
import { draw } from "../drawing.ts";
import { createMemoryStore } from "../store/memory.ts";
import { publishFake } from "./publishing.ts";
import { post, serve } from "./serving.ts";

const jpeg = new Uint8Array(await draw("stars", 2).jpeg().toBuffer());
const several = { task: "multi-label" as const, thresholds: [0.2, 0.9, 0.5, 0.5] };
const feedback = createMemoryStore();
const { app, store } = await serve({}, undefined, undefined, { feedback });
// the first logit also has the tensor's mean, less than 1
await publishFake(store, { name: "scenes", logits: [-0.5, 2, 3, -4], manifest: several });

const ask = async (path: string): Promise<Response> => app.request(path, post(jpeg));

describe("a multi-label model behind the routes", () => {
  it("is answered with the labels that reach their own threshold, beside the best predictions", async () => {
    const answer = (await (await ask("/classify?model=scenes&top=2")).json()) as Answer;
    expect(namedAnswers.Answer.parse(answer)).toEqual(answer);
    expect(answer.predictions.map(({ label }) => label)).toEqual(["c", "b"]);
    expect(answer.labels!.map(({ label }) => label)).toEqual(["c", "a"]);
    expect(answer.unknown).toBe(false);
    expect(answer.predictions.reduce((sum, { score }) => sum + score, 0)).toBeGreaterThan(1.5);
  });

  it("says that it finds nothing where none does, in a form of several photos as well", async () => {
    await publishFake(store, { name: "empty", logits: [-5, -4, -6, -7], manifest: several });
    const body = new FormData();
    for (const name of ["1.jpg", "2.jpg"]) body.append("photo", new File([jpeg], name));
    const { results } = (await (await app.request("/classify?model=empty", post(body))).json()) as {
      results: Answer[];
    };
    expect(results).toHaveLength(2);
    for (const { labels, unknown, predictions } of results) {
      expect({ labels, unknown }).toEqual({ labels: [], unknown: true });
      expect(predictions).toHaveLength(4);
    }
  });

  it("lists its predictions as Hugging Face's task does, whose sigmoid it is asked for and whose softmax it refuses", async () => {
    const request = (function_to_apply: string) =>
      app.request(
        "/models/scenes",
        post(JSON.stringify({ inputs: Buffer.from(jpeg).toString("base64"), parameters: { function_to_apply } }), {
          "content-type": "application/json",
        }),
      );
    expect(await (await request("sigmoid")).json()).toMatchObject([{ label: "c" }, { label: "b" }, { label: "a" }, {}]);
    expect((await request("softmax")).status).toBe(400);
  });

  it("keeps no feedback of one label, which says nothing of the others", async () => {
    const body = new FormData();
    body.append("photo", new File([jpeg], "photo.jpg"));
    body.append("label", "a");
    const refused = await app.request("/models/scenes/feedback", post(body));
    expect(refused.status).toBe(400);
    expect(await refused.json()).toMatchObject({
      detail: expect.stringContaining("scenes gives a photo several labels"),
    });
    expect(await feedback.list("feedback/")).toEqual([]);
  });

  it("needs a threshold for each label, and only such a model has any", async () => {
    const manifest = (await (await app.request("/models/scenes")).json()) as Record<string, unknown>;
    expect(manifestSchema.parse(manifest)).toEqual(manifest);
    const wrong = [
      { ...manifest, thresholds: [0.5] },
      { ...manifest, task: "single-label" },
    ];
    for (const one of wrong)
      expect(() => manifestSchema.parse(one)).toThrow(/must be one per label of a multi-label model, and of no other/);
  });
});
