/** Photos in a bucket, fetched once and read like a folder. */
import { createHash } from "node:crypto";
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { encodeListing } from "../../shared/dataset-listing.ts";
import { fetchPhotos } from "../../training/dataset/fetch-photos.ts";
import { temporaryFolder } from "../e2e/folders.ts";
import { has } from "../require.ts";
import { type Seaweed, startSeaweed } from "../tools/seaweed.ts";
import { seaweedClient } from "../tools/seaweed-store.ts";

const { home, remove } = await temporaryFolder("fetch");
const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

/** Every file below `folder` with its content. */
const contents = async (folder: string): Promise<Record<string, string>> => {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const read = files.map(async (file) => [file.slice(folder.length + 1), await readFile(file, "utf8")] as const);
  return Object.fromEntries((await Promise.all(read)).sort(([a], [b]) => (a < b ? -1 : 1)));
};

describe.runIf(has("seaweed"))("photos in a bucket", () => {
  let seaweed: Seaweed;
  let client: S3Client;
  let caches = 0;
  const ends: string[] = [];
  const progress = {
    line: () => {},
    stage: () => ({ update: () => {}, end: (summary: string) => void ends.push(summary) }),
  };
  const newCache = () => join(home, String(caches++));
  const fetchInto = (cache: string, url: string) => fetchPhotos(url, { cache, progress, client });
  const put = (Key: string, Body: string) => client.send(new PutObjectCommand({ Bucket: "photos", Key, Body }));

  beforeAll(async () => {
    seaweed = await startSeaweed();
    await seaweed.createBucket("photos");
    client = await seaweedClient(seaweed);
  });
  afterAll(async () => {
    await seaweed?.stop();
    await remove();
  });

  it("become a folder per class, the labels verbatim, whatever their letters", async () => {
    for (const key of ["Cane Corso/1.jpg", "été/1.jpg", "été/old/2.jpg", "Thumbs.db", "été/.DS_Store"])
      await put(`pets/${key}`, `photo ${key}`);
    const folder = await fetchInto(newCache(), "s3://photos/pets/");
    expect(await contents(folder)).toEqual({
      "Cane Corso/1.jpg": "photo Cane Corso/1.jpg",
      "été/1.jpg": "photo été/1.jpg",
      "été/old_2.jpg": "photo été/old/2.jpg",
    });
  });

  it("are not begun with where the disk has no room for them", async () => {
    const huge = { path: "a/1.jpg", label: "a", sha256: sha256("a photo"), bytes: 2 ** 50 };
    const { key, bytes } = await encodeListing([huge]);
    await put(key, new TextDecoder().decode(bytes));
    await expect(fetchInto(newCache(), `s3://photos/${key}`)).rejects.toThrow(
      /take 1125899\.9 GB, and .*\/photos has [\d.]+ GB free; make room there, take fewer, or spread them/,
    );
  });

  it("are fetched once: a second run, or one that goes on, fetches what is new", async () => {
    for (let i = 0; i < 5; i++) await put(`again/a/${i}.jpg`, `photo ${i}`);
    const cache = newCache();
    const folder = await fetchInto(cache, "s3://photos/again");
    expect(await fetchInto(cache, "s3://photos/again")).toBe(folder);
    expect(ends.at(-1)).toBe("5 photos, 5 of them here already");
    await put("again/a/1.jpg", "another photo");
    expect((await contents(await fetchInto(cache, "s3://photos/again")))["a/1.jpg"]).toBe("another photo");
    expect(ends.at(-1)).toBe("5 photos, 4 of them here already");
    const [some] = await readdir(join(cache, "photos"));
    await writeFile(join(cache, "photos", some!), "");
    await rm(join(cache, "sets"), { recursive: true });
    await fetchInto(cache, "s3://photos/again");
    expect(ends.at(-1)).toBe("5 photos, 4 of them here already");
  });

  it("come by a listing, each checked against its sha256", async () => {
    const texts = ["one", "two", "three"];
    for (const text of texts) await put(`photos/${sha256(text)}`, text);
    const listed = texts.map((text, i) => ({
      path: `x/${i}.jpg`,
      label: `class ${i}`,
      sha256: sha256(text),
      bytes: text.length,
    }));
    const { key, bytes } = await encodeListing(listed);
    await client.send(new PutObjectCommand({ Bucket: "photos", Key: key, Body: bytes }));
    const folder = await fetchInto(newCache(), `s3://photos/${key}`);
    expect(await contents(folder)).toEqual({
      "class 0/x_0.jpg": "one",
      "class 1/x_1.jpg": "two",
      "class 2/x_2.jpg": "three",
    });

    await put(`photos/${sha256("two")}`, "owt");
    await expect(fetchInto(newCache(), `s3://photos/${key}`)).rejects.toThrow(
      `the photo photos/${sha256("two")} in the bucket photos is damaged: its sha256 is another; upload it again`,
    );
    await put(key, "{}");
    await expect(fetchInto(newCache(), `s3://photos/${key}`)).rejects.toThrow("its content is not what its name says");
  });

  it("come with a table where a listing gives them several labels, or none", async () => {
    const listed = ["several", "bare"].map((text, at) => ({
      path: `street/${at}.jpg`,
      label: at === 0 ? "car|tree" : "",
      sha256: sha256(text),
      bytes: text.length,
    }));
    for (const text of ["several", "bare"]) await put(`photos/${sha256(text)}`, text);
    const { key, bytes } = await encodeListing(listed, true);
    await client.send(new PutObjectCommand({ Bucket: "photos", Key: key, Body: bytes }));
    expect(await contents(await fetchInto(newCache(), `s3://photos/${key}`))).toEqual({
      "labels.csv": "path,labels\r\nstreet_0.jpg,car|tree\r\nstreet_1.jpg,\r\n",
      "street_0.jpg": "several",
      "street_1.jpg": "bare",
    });
    const single = await encodeListing(listed);
    await client.send(new PutObjectCommand({ Bucket: "photos", Key: single.key, Body: single.bytes }));
    await expect(fetchInto(newCache(), `s3://photos/${single.key}`)).rejects.toThrow("each photo needs a label");
  });

  it("stop when they are told to, and go on later", async () => {
    for (let i = 0; i < 40; i++) await put(`stop/a/${i}.jpg`, `photo ${i}`);
    const stop = new AbortController();
    const cache = newCache();
    const stage = () => ({ update: () => stop.abort(), end: () => {} });
    const stopped = fetchPhotos("s3://photos/stop/", {
      cache,
      progress: { line() {}, stage },
      client,
      signal: stop.signal,
    });
    await expect(stopped).rejects.toThrow(stop.signal.reason);
    const there = (await readdir(join(cache, "photos"))).length;
    expect(there).toBeLessThan(40);
    await fetchInto(cache, "s3://photos/stop/");
    expect(ends.at(-1)).toBe(`40 photos, ${there} of them here already`);
  });

  it("are missed in one line where there are none", async () => {
    await expect(fetchInto(newCache(), "s3://photos/nothing/")).rejects.toThrow(
      "s3://photos/nothing/ holds no photos; put a folder per class there, or correct the URL",
    );
    await expect(fetchInto(newCache(), `s3://photos/datasets/${"0".repeat(64)}.json`)).rejects.toThrow(
      "no such listing",
    );
  });
});
