import { describe, expect, it } from "vitest";
import { parseS3Url } from "../../shared/store/s3/location.ts";

describe("a store's URL", () => {
  it.each([
    ["s3://models", { bucket: "models", prefix: "" }],
    ["s3://models/", { bucket: "models", prefix: "" }],
    ["s3://my.models-2/team/dogs/", { bucket: "my.models-2", prefix: "team/dogs/" }],
    ["s3://models/a%20b", { bucket: "models", prefix: "a b/" }],
    [
      "s3://models?endpoint=https://1a2b.r2.cloudflarestorage.com&region=auto",
      { bucket: "models", prefix: "", endpoint: "https://1a2b.r2.cloudflarestorage.com", region: "auto" },
    ],
  ])("%s is understood", (url, expected) => {
    expect(parseS3Url(url)).toEqual({ url, ...expected });
  });

  it.each([
    ["s3:", "not a bucket's name"],
    ["file:x", "begins with s3://"],
    ["s3://", "not a bucket's name"],
    ["s3://a", '"a" is not a bucket\'s name (3 to 63'],
    ["s3://My_Models", "not a bucket's name"],
    ["s3://key:secret@models", "credentials in a URL end up in logs"],
    ["s3://models?regoin=eu-west-1", '"regoin" is no setting of a store'],
    ["s3://models?endpoint=localhost:8333", "is not a URL that begins with https:// or http://"],
    ["s3://models/a//b", "is not a key"],
    ["s3://models/.hidden", "is not a key"],
    ["s3://models/%E0%A4%A", "cannot be decoded"],
  ])("%s is refused, saying why", (url, why) => {
    expect(() => parseS3Url(url)).toThrow(why);
  });
});
