import { describe, expect, it, vi } from "vitest";
import { readVariables } from "../../../functions/settings.ts";
import { feedbackMost } from "../../../shared/limits.ts";
import { draw } from "../../drawing.ts";
import { createMemoryStore } from "../../store/memory.ts";
import { publishFake } from "../publishing.ts";
import { post, serve } from "../serving.ts";

const photos = await Promise.all(
  [1, 2, 3, 4].map(async (seed) => new Uint8Array(await draw("stars", seed).jpeg().toBuffer())),
);
const serving = async (most: { photos: number; bytes: number }, feedback = createMemoryStore()) => {
  const server = await serve({ feedbackMost: most }, undefined, undefined, { feedback });
  for (const name of ["letters", "digits"]) await publishFake(server.store, { name, logits: [1, 2] });
  const send = (photo: Uint8Array<ArrayBuffer>, name = "letters", label = "a") => {
    const body = new FormData();
    body.append("photo", new File([photo], "photo.jpg"));
    body.append("label", label);
    return server.app.request(`/models/${name}/feedback`, post(body));
  };
  return { ...server, feedback, send };
};
const many = { photos: 100, bytes: 1_000_000 };

describe("the feedback that a model gathers", () => {
  it("is so many photos at most, of all its labels together, and the same one again counts nothing", async () => {
    const { send, feedback } = await serving({ ...many, photos: 2 });
    expect((await send(photos[0]!)).status).toBe(201);
    expect((await send(photos[0]!)).status).toBe(201);
    expect((await send(photos[1]!, "letters", "b")).status).toBe(201);
    const full = await send(photos[2]!);
    expect([full.status, full.headers.get("retry-after")]).toEqual([503, "3600"]);
    expect(await full.json()).toMatchObject({
      title: "Feedback is full",
      detail: expect.stringContaining("letters has 2 photos of feedback already"),
    });
    expect((await send(photos[0]!)).status).toBe(201);
    expect(await feedback.list("feedback/")).toHaveLength(2);
    expect((await send(photos[2]!, "digits")).status).toBe(201);
  });

  it("is so many bytes at most", async () => {
    const { send, feedback } = await serving({ ...many, bytes: photos[0]!.length + photos[1]!.length });
    expect([(await send(photos[0]!)).status, (await send(photos[1]!)).status]).toEqual([201, 201]);
    expect((await send(photos[2]!)).status).toBe(503);
    expect(await feedback.list("feedback/")).toHaveLength(2);
  });

  it("counts what lies there already, and what its owner deletes makes room within a minute", async () => {
    const feedback = createMemoryStore();
    await (await serving(many, feedback)).send(photos[0]!);
    const { send, time } = await serving({ ...many, photos: 1 }, feedback);
    expect((await send(photos[1]!)).status).toBe(503);
    await feedback.remove((await feedback.list("feedback/")).map(({ key }) => key));
    time.now += 60_000;
    expect((await send(photos[1]!)).status).toBe(201);
  });

  it("is counted by one listing a minute", async () => {
    const { send, feedback, time } = await serving(many);
    const listed = vi.spyOn(feedback, "list");
    for (const photo of photos) await send(photo);
    expect(listed).toHaveBeenCalledTimes(1);
    time.now += 60_000;
    await send(photos[0]!);
    expect(listed).toHaveBeenCalledTimes(2);
  });

  it.each(["list", "put"] as const)(
    "is not kept where the store fails to %s, and is when it does again",
    async (operation) => {
      const { send, feedback, logged } = await serving(many);
      vi.spyOn(feedback, operation).mockRejectedValueOnce(new Error("a secret of the store's"));
      const failed = await send(photos[0]!);
      expect([failed.status, failed.headers.get("retry-after")]).toEqual([503, "5"]);
      expect(await failed.text()).not.toContain("secret");
      expect(logged).toContainEqual(
        expect.objectContaining({ event: "feedback store failed", error: expect.stringContaining("a secret") }),
      );
      expect((await send(photos[0]!)).status).toBe(201);
    },
  );

  it("is as much as the owner says, by photos and by megabytes", () => {
    expect(readVariables({}).feedbackMost).toBeUndefined();
    expect(readVariables({ WHIPPET_FEEDBACK_PHOTOS: "7" }).feedbackMost).toEqual({ ...feedbackMost, photos: 7 });
    expect(readVariables({ WHIPPET_FEEDBACK_MB: "2" }).feedbackMost).toEqual({ ...feedbackMost, bytes: 2_000_000 });
    for (const WHIPPET_FEEDBACK_PHOTOS of ["0", "many"])
      expect(() => readVariables({ WHIPPET_FEEDBACK_PHOTOS })).toThrow(
        `WHIPPET_FEEDBACK_PHOTOS is "${WHIPPET_FEEDBACK_PHOTOS}"; it must be how many photos of feedback`,
      );
  });
});
