/** What the page at `/` sends of a large photo: less of it, but no other picture. */
import { readFile } from "node:fs/promises";
import type { Page } from "playwright-core";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { shrunkSize } from "../../functions/page/browser/shrink.ts";
import type { Answer } from "../../shared/classifier/classifier.ts";
import { drawScene } from "../drawing.ts";
import { has } from "../require.ts";
import { ONNX, PLAN } from "./local-models.ts";
import { answered, choose } from "./local-page.ts";
import { localVisits } from "./local-visits.ts";

describe("the size at which a photo travels", () => {
  it.each([
    ["has a long side of 1600 pixels", { width: 4000, height: 3000 }, 224, { width: 1600, height: 1200 }],
    ["is upright where the photo is", { width: 3024, height: 4032 }, 224, { width: 1200, height: 1600 }],
    ["keeps the photo's shape", { width: 1601, height: 1001 }, 224, { width: 1600, height: 1000 }],
    ["keeps twice the input of the short side", { width: 8000, height: 1000 }, 224, { width: 3584, height: 448 }],
    ["keeps twice a larger input too", { width: 4000, height: 3000 }, 800, { width: 2133, height: 1600 }],
  ])("%s: %j for an input of %d", (_, photo, input, size) => {
    expect(shrunkSize(photo, input)).toEqual(size);
  });

  it.each([
    ["long side", { width: 1600, height: 1600 }, 224],
    ["short side", { width: 9000, height: 448 }, 224],
    ["short side", { width: 1700, height: 500 }, 260],
  ])("is its own where the %s is small enough: %j for an input of %d", (_, photo, input) => {
    expect(shrunkSize(photo, input)).toBeUndefined();
  });

  it("never has a short side below twice the input, nor a long one above 1600 without need", () => {
    for (let width = 300; width < 9000; width += 371)
      for (let height = 300; height < 9000; height += 433)
        for (const input of [160, 224, 260, 380]) {
          const size = shrunkSize({ width, height }, input);
          if (!size) continue;
          const [short, long] = [Math.min(size.width, size.height), Math.max(size.width, size.height)];
          expect(short, `${width} x ${height}`).toBeGreaterThanOrEqual(2 * input);
          if (long > 1600) expect(short, `${width} x ${height}`).toBe(2 * input);
        }
  });
});

/** Has the page keep what it sends, and where to. */
const kept = (): void => {
  const { open, send } = XMLHttpRequest.prototype;
  XMLHttpRequest.prototype.open = function (...to: [string, string]) {
    Object.assign(globalThis, { query: to[1].split("?")[1] });
    open.apply(this, to as never);
  };
  XMLHttpRequest.prototype.send = function (body) {
    Object.assign(globalThis, { sent: body });
    send.call(this, body);
  };
};

describe.runIf(has("chromium"))("the page at /, with a large photo", () => {
  const local = localVisits();
  const open = async (model: string): Promise<Page> => {
    const page = await local.open(local.server.url, kept);
    await page.selectOption("#model", model);
    return page;
  };
  /** What the page sends of a photo. */
  const sent = async (page: Page, photo: string): Promise<Buffer> => {
    await choose(page, photo);
    await answered(page);
    const bytes = await page.evaluate(async () => {
      const reader = new FileReader();
      reader.readAsDataURL((globalThis as unknown as { sent: Blob }).sent);
      await new Promise((resolve) => (reader.onload = resolve));
      return (reader.result as string).replace(/^.*,/, "");
    });
    return Buffer.from(bytes, "base64");
  };
  const ask = async (photo: Uint8Array<ArrayBuffer>, query: string): Promise<Answer> => {
    const response = await fetch(`${local.server.url}/classify?trace=1&${query}`, { method: "POST", body: photo });
    expect(response.status).toBe(200);
    return (await response.json()) as Answer;
  };

  it.each([
    [1, 4032, 3024],
    [2, 4032, 3024],
    [6, 4032, 3024],
    [7, 4032, 3024],
    // a quarter of which is no whole number of pixels
    [1, 4001, 3003],
    [5, 4002, 2667],
  ])(
    "sends a camera's JPEG much smaller, and the model gets the same pixels of it, to the bit: orientation %i, %i x %i",
    async (orientation, wide, high) => {
      const jpeg = {
        quality: 92,
        progressive: orientation > 4,
        chromaSubsampling: orientation % 2 ? "4:2:0" : "4:4:4",
      };
      const photo = drawScene(orientation, wide, high).withMetadata({ orientation }).jpeg(jpeg);
      const path = await local.server.saved(
        `camera-${orientation}-${wide}.jpg`,
        new Uint8Array(await photo.toBuffer()),
      );
      const file = new Uint8Array(await readFile(path));
      const page = await open(PLAN);
      const small = await sent(page, path);
      const { width, height, format } = await sharp(small).metadata();
      const quarter = [Math.ceil(wide / 4), Math.ceil(high / 4)];
      expect([width, height, format]).toEqual([...(orientation > 4 ? quarter.reverse() : quarter), "webp"]);
      expect(small.length).toBeLessThan(file.length / 2);
      const query = await page.evaluate(() => (globalThis as unknown as { query: string }).query);
      const there = await ask(new Uint8Array(small), query);
      const whole = await ask(file, `model=${PLAN}&heatmap=1&top=6`);
      // it was turned upright after it was decoded, or before
      if (orientation > 1) there.trace!.decoded = whole.trace!.decoded;
      expect(there).toEqual(whole);
    },
  );

  it.each([
    // what a quarter is rounded up by would have to lie at its left
    [
      "that is mirrored and of an odd size",
      "odd.jpg",
      drawScene(5, 4001, 3001).withMetadata({ orientation: 2 }).jpeg(),
    ],
    ["of another kind", "large.png", drawScene(5, 4000, 3000).png()],
  ])("draws one %s at 1600 pixels", async (_, name, photo) => {
    const path = await local.server.saved(name, new Uint8Array(await photo.toBuffer()));
    const { width: long, height: short, format: kind } = await sharp(await sent(await open(PLAN), path)).metadata();
    expect([long, short, kind]).toEqual([1600, 1200, "jpeg"]);
  });

  it("draws it, too, where the decoder does not come", async () => {
    const page = await open(PLAN);
    await page.route("**/*.wasm", (route) => route.abort());
    const photo = await drawScene(9, 4000, 3000).jpeg({ quality: 92 }).toBuffer();
    const small = await sent(page, await local.server.saved("undecoded.jpg", new Uint8Array(photo)));
    expect((await sharp(small).metadata()).format).toBe("jpeg");
  });

  it("heeds no colour profile, as the pixel path does", async () => {
    const flat = { width: 2400, height: 1800, channels: 3 as const, background: { r: 200, g: 60, b: 60 } };
    const photo = await sharp({ create: flat }).withIccProfile("p3").png().toBuffer();
    const small = await sent(await open(PLAN), await local.server.saved("p3.png", new Uint8Array(photo)));
    const mean = async (bytes: Buffer) =>
      (await sharp(bytes, { ignoreIcc: true }).stats()).channels.map(({ mean: of }) => of);
    const [here, stored] = [await mean(small), await mean(photo)];
    expect(Math.abs(stored[0]! - 200), "the profile changes what is stored").toBeGreaterThan(5);
    for (const [i, value] of here.entries()) expect(Math.abs(value - stored[i]!)).toBeLessThan(2);
  });

  it("sends a small photo as it is", async () => {
    const photo = await drawScene(6, 1600, 900).jpeg().toBuffer();
    const path = await local.server.saved("small.jpg", new Uint8Array(photo));
    expect(Buffer.compare(await sent(await open(ONNX), path), photo)).toBe(0);
  });
});
