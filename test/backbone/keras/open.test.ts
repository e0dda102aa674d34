/** Where the weights that Keras publishes are looked for, without fetching any. */
import { mkdir, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { afterAll, afterEach, describe, expect, it, vi } from "vitest";
import { kerasBackbones } from "../../../training/backbone/keras/backbones.ts";
import { openBackbone } from "../../../training/backbone/open.ts";
import { temporaryFolder } from "../../e2e/folders.ts";
import { silent } from "../../silent.ts";

const { home, remove } = await temporaryFolder("keras-open");
afterAll(remove);
afterEach(() => void vi.unstubAllEnvs());

const { url, bytes } = kerasBackbones["mobilenet-v2"];
const file = basename(url);
const open = (own = {}) => openBackbone("mobilenet-v2", own, { progress: silent });

describe("the weights of one of Keras' networks", () => {
  it.each([
    ["where Keras itself keeps them", "KERAS_HOME", "models"],
    ["in Whippet's own folder", "XDG_CACHE_HOME", "whippet/backbones"],
  ])("are looked for %s, and others refused there", async (_, variable, below) => {
    const there = join(home, variable);
    vi.stubEnv("KERAS_HOME", join(home, "no-keras"));
    vi.stubEnv(variable, there);
    await mkdir(join(there, below), { recursive: true });
    await writeFile(join(there, below, file), "no weights");
    await expect(open()).rejects.toThrow(
      `${join(there, below, file)} has 10 bytes, not ${bytes}; remove it, and it is fetched again from ${url}`,
    );
  });

  it("may be one's own, if they are this network's", async () => {
    const fixture = join(import.meta.dirname, "fixtures", "mobilenet.h5");
    await expect(open({ weights: fixture })).rejects.toThrow(/weights of 12 layers, but the network has 104/);
    await expect(open({ weights: join(home, "gone.h5") })).rejects.toThrow(/gone.h5 cannot be read/);
  });
});
