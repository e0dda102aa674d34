import sharp, { type Sharp } from "sharp";
import { describe, expect, it } from "vitest";
import type { AppParts } from "../../../functions/app-parts.ts";
import { strip } from "../../../functions/feedback/strip.ts";
import { startServer } from "../../../functions/node.ts";
import { readVariables } from "../../../functions/settings.ts";
import { nodeLimits } from "../../../shared/limits.ts";
import { loadCodecs } from "../../../shared/pixels/codecs-node.ts";
import { decodePhoto } from "../../../shared/pixels/decode.ts";
import { sniff } from "../../../shared/pixels/sniff.ts";
import { Problem } from "../../../shared/problem.ts";
import { draw } from "../../drawing.ts";
import { createMemoryStore } from "../../store/memory.ts";
import { createFakeEngine } from "../fake-engine.ts";
import { publishFake } from "../publishing.ts";
import { post, serve } from "../serving.ts";

const codecs = await loadCodecs();
const input = {
  size: 224,
  crop: 1,
  interpolation: "bicubic",
  mean: [0, 0, 0],
  std: [1, 1, 1],
  pixelPath: 1,
} as const;
const told = {
  IFD0: { Artist: "Secret Artist", Make: "Secret Camera" },
  IFD3: { GPSLatitudeRef: "N", GPSLatitude: "51/1 30/1 0/1" },
};
const encoders = {
  jpeg: (photo: Sharp) => photo.jpeg(),
  "progressive jpeg": (photo: Sharp) => photo.jpeg({ progressive: true }),
  "cmyk jpeg": (photo: Sharp) => photo.toColourspace("cmyk").jpeg(),
  png: (photo: Sharp) => photo.png(),
  webp: (photo: Sharp) => photo.webp(),
  "webp with alpha": (photo: Sharp) => photo.ensureAlpha(0.5).webp(),
};

describe("a photo that is kept", () => {
  it.each(Object.keys(encoders) as (keyof typeof encoders)[])(
    "has lost what was said about it, and none of its pixels: %s",
    async (kind) => {
      for (const orientation of [1, 6]) {
        const drawn = draw("stars", 2).withExif(told).withXmp("<x:xmpmeta>Secret XMP</x:xmpmeta>");
        const photo = new Uint8Array(await encoders[kind](drawn.withMetadata({ orientation, exif: told })).toBuffer());
        const after = new Uint8Array([...photo, ...new TextEncoder().encode("Secret end")]);
        expect(Buffer.from(after).toString("latin1")).toContain("Secret Artist");
        const kept = strip(after, sniff(after));
        expect(Buffer.from(kept).toString("latin1")).not.toMatch(/Secret|GPS/);
        const [before, now] = [
          await decodePhoto(photo, input, codecs, nodeLimits.photo),
          await decodePhoto(kept, input, codecs, nodeLimits.photo),
        ];
        expect(now.orientation).toBe(orientation);
        expect(Buffer.compare(now.pixels.data, before.pixels.data)).toBe(0);
        expect((await sharp(kept).metadata()).xmp).toBeUndefined();
      }
    },
  );
});

it("a JPEG that is kept has lost the thumbnail in its JFIF header too", async () => {
  const photo = new Uint8Array(await draw("stars", 2).jpeg().toBuffer());
  const withHeader = (thumbnail: string) => {
    const content = Buffer.from(`JFIF\0\x01\x01\0\0\x01\0\x01${thumbnail}`, "latin1");
    const segment = Buffer.concat([Buffer.from([0xff, 0xe0, 0, content.length + 2]), content]);
    return new Uint8Array(Buffer.concat([photo.subarray(0, 2), segment, photo.subarray(2)]));
  };
  const kept = (jfif: Uint8Array) => Buffer.from(strip(jfif, sniff(jfif)));
  const plain = withHeader("\0\0");
  expect(kept(plain).includes("JFIF")).toBe(true);
  expect(kept(withHeader("\x01\x02Secret"))).toEqual(kept(plain));
});

const token = "token-of-the-owner";
const owner = { authorization: `Bearer ${token}` };
const jpeg = new Uint8Array(await draw("stars", 2).jpeg().toBuffer());
const form = (fields: Record<string, string | Uint8Array<ArrayBuffer>>) => {
  const body = new FormData();
  for (const [name, value] of Object.entries(fields))
    body.append(name, typeof value === "string" ? value : new File([value], "photo.jpg"));
  return body;
};
const serving = async (more: Pick<AppParts, "access"> = {}) => {
  const feedback = createMemoryStore();
  const server = await serve({}, { token }, undefined, { ...more, feedback });
  await publishFake(server.store, { logits: [1, 2], manifest: { labels: [".a/b", "golden retriever"] } });
  return { ...server, feedback };
};

describe("POST /models/:name/feedback", () => {
  it("keeps the photo under its label and hash, once", async () => {
    const { app, feedback, logged } = await serving();
    for (let i = 0; i < 2; i++) {
      const response = await app.request(
        "/models/letters/feedback",
        post(form({ photo: jpeg, label: "golden retriever", requestId: "earlier" })),
      );
      expect(response.status).toBe(201);
      expect(await response.json()).toMatchObject({ model: "letters", label: "golden retriever" });
    }
    const kept = await feedback.list("");
    expect(kept.map(({ key }) => key)).toEqual([
      expect.stringMatching(/^feedback\/letters\/golden%20retriever\/[0-9a-f]{64}\.jpg$/),
    ]);
    expect(logged).toContainEqual(
      expect.objectContaining({ event: "feedback", about: "earlier", label: "golden retriever" }),
    );
  });

  it.each<[string, number, Record<string, string | Uint8Array<ArrayBuffer>>]>([
    ["a label that the model does not have", 400, { photo: jpeg, label: "cat" }],
    ["no label", 400, { photo: jpeg }],
    ["no photo", 400, { label: ".a/b" }],
    ["what is no photo", 400, { photo: new Uint8Array(10), label: ".a/b" }],
    ["half a photo", 400, { photo: jpeg.slice(0, jpeg.length / 2), label: ".a/b" }],
  ])("refuses %s with %i, and keeps nothing", async (_, status, fields) => {
    const { app, feedback } = await serving();
    expect((await app.request("/models/letters/feedback", post(form(fields)))).status).toBe(status);
    expect(await feedback.list("")).toEqual([]);
  });

  it("is for who has a key where access is by key", async () => {
    const admit = async () => {
      throw new Problem(401, "no key");
    };
    const { app, feedback } = await serving({ access: { admit } });
    expect((await app.request("/models/letters/feedback", post(form({ photo: jpeg, label: ".a/b" })))).status).toBe(
      401,
    );
    expect(await feedback.list("")).toEqual([]);
  });

  it("is turned on by WHIPPET_FEEDBACK=1, and off by nothing, 0 or no value", () => {
    const on = [undefined, "", "0", "1"].map((WHIPPET_FEEDBACK) => readVariables({ WHIPPET_FEEDBACK }).feedback);
    expect(on).toEqual([undefined, undefined, undefined, true]);
    expect(() => readVariables({ WHIPPET_FEEDBACK: "yes" })).toThrow(
      'WHIPPET_FEEDBACK is "yes"; it must be 1 to keep photos',
    );
  });

  it("is there on Node, beside the models or in the photo bucket", async () => {
    const store = createMemoryStore();
    await publishFake(store, { logits: [1, 2] });
    const bucket = createMemoryStore();
    for (const photos of [undefined, bucket]) {
      const chosen = { feedback: true };
      const engine = createFakeEngine();
      const server = await startServer({ store, photos, engine, chosen, host: "127.0.0.1", port: 0, log: () => {} });
      const init = post(form({ photo: jpeg, label: "a" }));
      expect((await fetch(`${server.url}/models/letters/feedback`, init)).status).toBe(201);
      await server.close();
      expect(await (photos ?? store).list("feedback/")).toHaveLength(1);
    }
    expect(await store.list("feedback/")).toHaveLength(1);
  });

  it("is not there unless the owner turns it on", async () => {
    const { app, store } = await serve();
    await publishFake(store, { logits: [1, 2] });
    expect((await app.request("/models/letters/feedback", post(form({ photo: jpeg, label: "a" })))).status).toBe(404);
  });
});

describe("the owner", () => {
  it("sees what was sent, and deletes it; nobody else does", async () => {
    const { app, feedback } = await serving();
    await app.request("/models/letters/feedback", post(form({ photo: jpeg, label: ".a/b" })));
    const list = async () =>
      (
        (await (await app.request("/models/letters/feedback", { headers: owner })).json()) as {
          feedback: { label: string; file: string }[];
        }
      ).feedback;
    const [sent] = await list();
    expect(sent).toMatchObject({ label: ".a/b", file: expect.stringMatching(/^[0-9a-f]{64}\.jpg$/) });
    const path = `/models/letters/feedback/${encodeURIComponent(sent!.label)}/${sent!.file}`;
    expect((await app.request("/models/letters/feedback")).status).toBe(401);
    expect((await app.request(path, { method: "DELETE" })).status).toBe(401);
    expect((await app.request(path, { method: "DELETE", headers: owner })).status).toBe(204);
    expect((await app.request(path, { method: "DELETE", headers: owner })).status).toBe(404);
    for (const label of ["a".repeat(300), "a".repeat(3000), "%00", "..%2f.."]) {
      const strange = path.replace(/feedback\/[^/]+/, `feedback/${label}`);
      expect((await app.request(strange, { method: "DELETE", headers: owner })).status).toBe(404);
    }
    expect(await feedback.list("")).toEqual([]);
  });
});
