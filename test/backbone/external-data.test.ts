import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { readOnnxFile } from "../../training/backbone/onnx-file.ts";
import { keepOnnxUrl } from "../../training/backbone/onnx-url.ts";
import { temporaryFolder } from "../e2e/folders.ts";
import { withWeightsOutside } from "../onnx/external.ts";
import { resNet } from "../onnx/networks.ts";
import { silent } from "../silent.ts";
import { startFileServer } from "./file-server.ts";

const { home, remove } = await temporaryFolder("external-data");
const server = await startFileServer();
afterAll(async () => {
  await server.stop();
  await remove();
});

const folder = join(home, "own");
const path = join(folder, "net.onnx");
const beside = join(folder, "weights", "net 1.onnx.data");
const whole = resNet();
const { model, weights } = withWeightsOutside(whole, "weights/net 1.onnx.data");
const given = { mean: [124, 116, 104], std: [58, 57, 57] } as const;
const sameBytes = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;
const read = (file = path) => readOnnxFile(file, given, () => {});

beforeEach(async () => {
  await rm(folder, { recursive: true, force: true });
  await mkdir(join(folder, "weights"), { recursive: true });
  await writeFile(path, model);
  await writeFile(beside, weights);
});

describe("an ONNX file whose weights lie outside of it", () => {
  it("is read as the same network in one file, and is another backbone with other weights", async () => {
    const { bytes, backbone } = await read();
    await writeFile(join(folder, "whole.onnx"), whole);
    const single = await read(join(folder, "whole.onnx"));
    expect(sameBytes(bytes, single.bytes)).toBe(true);
    expect(backbone.cuts).toEqual(single.backbone.cuts);
    const others = weights.slice();
    others[1]! ^= 1;
    await writeFile(beside, others);
    expect((await read()).backbone.sha256).not.toBe(backbone.sha256);
  });

  it.each<[string, () => Promise<void>, RegExp]>([
    [
      "without the file of its weights",
      () => rm(beside),
      /net\.onnx keeps its weights in .*net 1\.onnx\.data, which is not there; put it there .*external_data=False/,
    ],
    [
      "with half of its weights",
      () => writeFile(beside, weights.subarray(0, weights.length / 2)),
      /net 1\.onnx\.data has \d+ bytes, but net\.onnx keeps the tensor ".+" in its bytes \d+ to \d+; .*copy both again/,
    ],
    ...["../net.data", "/etc/hostname", "a/../../b", "C:\\b", ""].map(
      (location): [string, () => Promise<void>, RegExp] => [
        `whose weights would lie in "${location}"`,
        () => writeFile(path, withWeightsOutside(whole, location).model),
        /no file in its own folder; export it with its weights beside it/,
      ],
    ),
  ])("is refused %s", async (_, spoil, message) => {
    await spoil();
    await expect(read()).rejects.toThrow(message);
  });

  it("is fetched with them from a URL, also when only they are missing", async () => {
    process.env.XDG_CACHE_HOME = join(home, "cache");
    const [url, options] = [`${server.url}/resolve/onnx/net.onnx?download=true`, { progress: silent, pause: 1 }];
    server.files.set("/resolve/onnx/net.onnx?download=true", model);
    await expect(keepOnnxUrl(url, options)).rejects.toThrow(/net%201\.onnx\.data cannot be fetched: the answer is 404/);
    server.files.set("/resolve/onnx/weights/net%201.onnx.data", weights);
    const kept = await keepOnnxUrl(url, options);
    expect(sameBytes((await read(kept)).bytes, (await read()).bytes)).toBe(true);
  });
});
