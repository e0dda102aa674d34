import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { type DownloadOptions, download, type RemoteFile } from "../../training/backbone/download.ts";
import { keepOnnxUrl } from "../../training/backbone/onnx-url.ts";
import { temporaryFolder } from "../e2e/folders.ts";
import { resNet } from "../onnx/networks.ts";
import { silent } from "../silent.ts";
import { startFileServer } from "./file-server.ts";

const { home, remove } = await temporaryFolder("download");
const server = await startFileServer();
afterAll(async () => {
  await server.stop();
  await remove();
});

const content = Uint8Array.from({ length: 300_000 }, (_, i) => (i * i) % 251);
const md5 = createHash("md5").update(content).digest("hex");
const folder = join(home, "kept");
const file: RemoteFile = {
  url: `${server.url}/weights.h5`,
  path: join(folder, "weights.h5"),
  bytes: content.length,
  md5,
};
const options: DownloadOptions = { progress: silent, pause: 1 };

beforeEach(async () => {
  await rm(folder, { recursive: true, force: true });
  server.files.set("/weights.h5", content);
  server.asked.length = 0;
  server.next.length = 0;
});

const kept = async () => new Uint8Array(await readFile(file.path));
const start = async (bytes: Uint8Array) => {
  await mkdir(folder);
  await writeFile(`${file.path}.part`, bytes);
};

describe("a download", () => {
  it("is fetched once, whole, and told in megabytes", async () => {
    const said: string[] = [];
    const progress = {
      ...silent,
      stage: (name: string) => ({
        update: (done: number, total: number) => void said.push(`${name} ${done}/${total}`),
        end: (summary: string) => void said.push(summary),
      }),
    };
    await download(file, { ...options, progress });
    await download(file, { ...options, progress });
    expect(await kept()).toEqual(content);
    expect(server.asked).toEqual(["/weights.h5"]);
    expect(said[0]).toBe("MB fetched 0/1");
    expect(said.at(-1)).toBe("weights.h5, 0.3 MB");
    expect(await readdir(folder)).toEqual(["weights.h5"]);
  });

  it("goes on where it broke off, time and again", async () => {
    server.next.push("breaks off", "breaks off", "503", "breaks off");
    await download(file, options);
    expect(await kept()).toEqual(content);
    // half of the rest each time, or less where a busy machine had not read all that was sent
    const begun = server.asked.map((asked) => Number(/ bytes=(\d+)-$/.exec(asked)?.[1] ?? 0));
    expect(begun).toHaveLength(5);
    expect(begun).toEqual(begun.toSorted((a, b) => a - b));
    for (const [at, sent] of [0, 150_000, 225_000, 225_000, 262_500].entries())
      expect(begun[at]).toBeLessThanOrEqual(sent);
    expect(begun.at(-1)).toBeGreaterThan(0);
  });

  it("goes on with what an earlier run left, also where all of it is there", async () => {
    await start(content.subarray(0, 123_456));
    await download(file, options);
    expect(await kept()).toEqual(content);
    expect(server.asked).toEqual(["/weights.h5 bytes=123456-"]);

    await rm(folder, { recursive: true });
    await start(content);
    await download(file, options);
    expect(await kept()).toEqual(content);
  });

  it("begins anew where the server knows no ranges, and where what was left is wrong", async () => {
    await start(content.subarray(0, 1000));
    server.next.push("ignores the range");
    await download(file, options);
    expect(await kept()).toEqual(content);

    await rm(folder, { recursive: true });
    await start(new Uint8Array(1000));
    server.asked.length = 0;
    await download(file, options);
    expect(await kept()).toEqual(content);
    expect(server.asked).toEqual(["/weights.h5 bytes=1000-", "/weights.h5"]);
  });

  it.each([
    ["a byte is wrong", () => content.map((byte, i) => (i === 7 ? byte ^ 1 : byte)), `has the md5`],
    ["bytes are missing", () => content.subarray(0, 299_999), "has 299999 bytes, not 300000"],
  ])("is thrown away where %s", async (_, wrong, message) => {
    server.files.set("/weights.h5", wrong());
    await expect(download(file, options)).rejects.toThrow(message);
    expect(await readdir(folder)).toEqual([]);
    server.files.set("/weights.h5", content);
    await download(file, options);
    expect(await kept()).toEqual(content);
  });

  it("refuses a file that is there and is another, and says how to have it fetched", async () => {
    await mkdir(folder);
    await writeFile(file.path, "something else");
    await expect(download(file, options)).rejects.toThrow(
      `${file.path} has 14 bytes, not 300000; remove it, and it is fetched again from ${file.url}`,
    );
  });

  it("says URL and path, by which the file can be put there by hand, where there is no way to it", async () => {
    const closed = { ...file, url: "http://127.0.0.1:9/weights.h5" };
    const refused = download(closed, options);
    await expect(refused).rejects.toThrow(
      /^http:\/\/127.0.0.1:9\/weights.h5 cannot be fetched: fetch failed \(.+\)\. Or /,
    );
    await expect(refused).rejects.toThrow(`Or fetch ${closed.url} elsewhere and put it at ${file.path}`);
    await mkdir(folder, { recursive: true });
    await writeFile(file.path, content);
    await download(closed, options);
  });

  it("keeps what it has when it gives up, and does not ask again for what is refused", async () => {
    server.next.push("breaks off", "503", "503", "503", "503");
    await expect(download(file, options)).rejects.toThrow(
      /the answer is 503 .*; 0\.1 MB are kept, run it again to go on/,
    );
    await download(file, options);
    expect(await kept()).toEqual(content);

    await rm(folder, { recursive: true });
    server.asked.length = 0;
    server.next.push("403");
    await expect(download(file, options)).rejects.toThrow(/the answer is 403/);
    expect(server.asked).toHaveLength(1);
  });

  it("stops at a signal", async () => {
    const controller = new AbortController();
    const progress = { ...silent, stage: () => ({ update: () => controller.abort(), end: () => undefined }) };
    await expect(download(file, { ...options, progress, signal: controller.signal })).rejects.toThrow(/abort/i);
  });
});

describe("an ONNX file at a URL", () => {
  it("is kept with the documents that lie beside it and a folder up", async () => {
    process.env.XDG_CACHE_HOME = join(home, "cache");
    const network = resNet();
    server.files.set("/resolve/main/onnx/model.onnx", network);
    server.files.set("/resolve/main/preprocessor_config.json", new TextEncoder().encode("{}"));
    server.files.set("/resolve/main/onnx/config.json", new TextEncoder().encode("[]"));
    const lines: string[] = [];
    const progress = { ...silent, line: (text: string) => void lines.push(text) };
    const url = `${server.url}/resolve/main/onnx/model.onnx`;
    const path = await keepOnnxUrl(url, { ...options, progress });
    expect(path).toMatch(/cache\/whippet\/backbones\/[0-9a-f]{16}\/onnx\/model\.onnx$/);
    expect(new Uint8Array(await readFile(path))).toEqual(network);
    expect(await readFile(join(path, "../config.json"), "utf8")).toBe("[]");
    expect(await readFile(join(path, "../../preprocessor_config.json"), "utf8")).toBe("{}");
    expect(lines).toEqual([`${url} is kept as ${path}; remove it to have it fetched again`]);

    server.asked.length = 0;
    expect(await keepOnnxUrl(url, options)).toBe(path);
    expect(server.asked.filter((asked) => asked.endsWith(".onnx"))).toEqual([]);
    expect(await keepOnnxUrl(`${url}?download=true`, options).catch(String)).toMatch(/404/);
  });
});
