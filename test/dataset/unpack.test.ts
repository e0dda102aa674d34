import { mkdir, readdir, readFile, stat, utimes, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { crc32, deflateRawSync, gzipSync } from "node:zlib";
import { packTar } from "modern-tar";
import { beforeEach, describe, expect, it } from "vitest";
import { unpackPhotos } from "../../training/dataset/archive/unpack.ts";
import { read as readSet } from "../dataset/folder.ts";
import { emptyFolder, jpeg } from "./folder.ts";

let home: string;
beforeEach(async () => {
  home = await emptyFolder();
});

const progress = { line: () => undefined, stage: () => ({ update: () => undefined, end: () => undefined }) };

const unpack = async (name: string, bytes: Uint8Array): Promise<string> => {
  await writeFile(join(home, name), bytes);
  return unpackPhotos(join(home, name), { cache: join(home, "cache"), progress });
};

interface ZipFile {
  name: string;
  content: Uint8Array;
  /** What the archive says of it, where it lies. */
  size?: number;
  mode?: number;
}

/** A .zip as APPNOTE.TXT 6.3 has it: local headers with deflated content, then the directory. */
const zip = (files: readonly ZipFile[]): Buffer => {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const { name, content, size = content.length, mode = 0o100644 } of files) {
    const packed = deflateRawSync(content);
    const called = Buffer.from(name);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(0x800, 2);
    common.writeUInt16LE(8, 4);
    common.writeUInt32LE(crc32(content), 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(size, 18);
    common.writeUInt16LE(called.length, 22);
    const local = Buffer.concat([Buffer.from("PK\x03\x04"), common, called, packed]);
    const entry = Buffer.alloc(14);
    entry.writeUInt32LE((mode << 16) >>> 0, 6);
    entry.writeUInt32LE(at, 10);
    directory.push(Buffer.concat([Buffer.from("PK\x01\x02"), Buffer.from([20, 3]), common, entry, called]));
    parts.push(local);
    at += local.length;
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06");
  end.writeUInt16LE(files.length, 8);
  end.writeUInt16LE(files.length, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...parts, central, end]);
};

const tar = (files: Record<string, Uint8Array>): Promise<Uint8Array> =>
  packTar(Object.entries(files).map(([name, body]) => ({ header: { name, size: body.length }, body })));

const photos = async (top = ""): Promise<Record<string, Uint8Array>> => ({
  [`${top}cats/1.jpg`]: await jpeg(),
  [`${top}cats/2.jpg`]: await jpeg(),
  [`${top}dogs/1.jpg`]: await jpeg(),
  [`${top}dogs/é 2.jpg`]: await jpeg(),
  "__MACOSX/._1.jpg": Buffer.from("litter"),
});

const zipOf = (files: Record<string, Uint8Array>): Buffer =>
  zip(Object.entries(files).map(([name, content]) => ({ name, content })));

describe("an archive of photos", () => {
  it.each([
    ["pets.zip", async (files: Record<string, Uint8Array>) => zipOf(files)],
    ["pets.tar", tar],
    ["pets.tar.gz", async (files: Record<string, Uint8Array>) => gzipSync(await tar(files))],
    ["pets.tgz", async (files: Record<string, Uint8Array>) => gzipSync(await tar(files))],
  ] as const)("is read like the folder that was packed: %s", async (name, pack) => {
    for (const top of ["", "pets/"]) {
      const files = await photos(top);
      const folder = await unpack(`${top.length}-${name}`, await pack(files));
      const { labels, photos: found, skipped } = await readSet(folder);
      expect({ labels, photos: found.length, skipped }).toEqual({ labels: ["cats", "dogs"], photos: 4, skipped: [] });
      expect(await readFile(join(folder, "dogs/é 2.jpg"))).toEqual(files[`${top}dogs/é 2.jpg`]);
    }
  });

  it("is unpacked once, and again when it has changed", async () => {
    const first = await unpack("a.tar", await tar(await photos()));
    const { birthtimeMs } = await stat(join(first, "cats/1.jpg"));
    expect(await unpackPhotos(join(home, "a.tar"), { cache: join(home, "cache"), progress })).toBe(first);
    expect((await stat(join(first, "cats/1.jpg"))).birthtimeMs).toBe(birthtimeMs);
    expect(await unpack("a.tar", await tar({ ...(await photos()), "cats/3.jpg": await jpeg() }))).not.toBe(first);
  });
});

describe("unpacked photos", () => {
  const options = () => ({ cache: join(home, "cache"), progress });

  it("are those of whoever was faster, where several unpack the same archive at once", async () => {
    const archive = join(home, "pets.tar");
    await writeFile(archive, await tar(await photos()));
    const folders = await Promise.all(Array.from({ length: 4 }, () => unpackPhotos(archive, options())));
    expect(new Set(folders).size).toBe(1);
    expect(await readdir(join(home, "cache/archives"))).toHaveLength(1);
    expect((await readSet(folders[0]!)).photos).toHaveLength(4);
  });

  it("go once nobody has used them for a month, and what was never finished after a day", async () => {
    const days = (count: number) => new Date(Date.now() - count * 24 * 60 * 60 * 1000);
    const archives = join(home, "cache/archives");
    for (const [name, age] of [
      ["fresh", 2],
      ["old", 31],
      ["draft-now", 0],
      ["draft-killed", 2],
    ] as const) {
      await mkdir(join(archives, name, "cats"), { recursive: true });
      await utimes(join(archives, name), days(age), days(age));
    }
    const unpacked = await unpack("pets.tar", await tar(await photos()));
    expect((await readdir(archives)).sort()).toEqual([basename(unpacked), "draft-now", "fresh"].sort());
    await utimes(unpacked, days(40), days(40));
    expect(await unpackPhotos(join(home, "pets.tar"), options())).toBe(unpacked);
    expect((await stat(unpacked)).mtimeMs).toBeGreaterThan(days(1).getTime());
  });
});

describe("a hostile archive is refused, and leaves nothing behind", () => {
  const refused = async (name: string, bytes: Uint8Array, message: RegExp) => {
    await expect(unpack(name, bytes)).rejects.toThrow(message);
    expect((await readdir(home)).filter((file) => file.startsWith("evil"))).toEqual([]);
    expect(await readdir(join(home, "cache", "archives"))).toEqual([]);
  };
  const bytes = Buffer.from("x");

  it.each(["../evil.jpg", "a/../../evil.jpg", "/evil.jpg", "C:/evil.jpg", "a\\..\\..\\evil.jpg"])(
    "for an entry called %s",
    async (name) => {
      const message = /cannot be unpacked: .*(outside its folder; don't trust|relative path|absolute path)/;
      await refused("a.zip", zipOf({ "ok/1.jpg": bytes, [name]: bytes }), message);
      await refused("a.tar", await tar({ "ok/1.jpg": bytes, [name]: bytes }), message);
    },
  );

  it("for a bomb, long before it is unpacked", async () => {
    const zeros = Buffer.alloc(40_000_000);
    const message = /unpack to more than 20 times as much, which photos never do/;
    await refused("a.zip", zipOf({ "a/1.jpg": zeros }), message);
    await refused("a.tar.gz", gzipSync(await tar({ "a/1.jpg": zeros })), message);
    // what is not even wanted counts as well
    await refused("b.tar.gz", gzipSync(await tar({ "__MACOSX/1": zeros })), message);
  });

  it("for an entry that holds more or less than it says", async () => {
    const content = Buffer.alloc(100_000, "photo");
    await refused("a.zip", zip([{ name: "a/1.jpg", content, size: 10 }]), /cannot be unpacked: .*bytes/);
    await refused("a.zip", zip([{ name: "a/1.jpg", content, size: 10_000_000 }]), /cannot be unpacked: .*bytes/);
  });

  it("for two entries of one name", async () => {
    const twice = [
      { name: "a/1.jpg", content: bytes },
      { name: "a/1.jpg", content: bytes },
    ];
    await refused("a.zip", zip(twice), /it holds a\/1\.jpg twice/);
  });

  it("that is cut off, damaged, or no archive", async () => {
    const whole = await tar({ "a/1.jpg": Buffer.alloc(5000, 1) });
    await refused("a.tar", whole.subarray(0, 2000), /truncated/);
    await refused("a.tar.gz", gzipSync(whole).subarray(0, 60), /unexpected end of file/);
    await refused("a.zip", zipOf({ "a/1.jpg": bytes }).subarray(0, 40), /end of central directory/i);
    await refused("a.tar", Buffer.alloc(2048, "x"), /cannot be unpacked/);
    await refused("a.tar", await tar({}), /it holds no files/);
  });
});

it("leaves an archive's links alone", async () => {
  const link = { name: "a/link", content: Buffer.from("/etc/passwd"), mode: 0o120777 };
  const zipped = await unpack("a.zip", zip([{ name: "a/1.jpg", content: await jpeg() }, link]));
  expect(await readdir(join(zipped, "a"))).toEqual(["1.jpg"]);
  const packed = await packTar([
    { header: { name: "a/link", size: 0, type: "symlink", linkname: "/etc" } },
    { header: { name: "a/1.jpg", size: 1 }, body: "x" },
  ]);
  expect(await readdir(join(await unpack("a.tar", packed), "a"))).toEqual(["1.jpg"]);
});

it("names an archive that is not there", async () => {
  await expect(unpackPhotos(join(home, "no.zip"), { cache: home, progress })).rejects.toThrow(
    /no\.zip cannot be opened \(ENOENT\); give a \.zip, \.tar or \.tar\.gz/,
  );
});
