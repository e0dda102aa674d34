/**
 * What reads HEIC, where its user has installed it: `heic-decode` (ISC) brings libheif (LGPL-3.0), which is why it is no
 * dependency of ours. It is looked for where Whippet itself is installed and nowhere else: the folder that a command runs in may
 * hold photos from anywhere, and code beside them must never run.
 */
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import { z } from "zod";
import { hasCode } from "../../../shared/error-code.ts";
import { packageRoot } from "../../../shared/package-root.ts";

export interface HeicImage {
  width: number;
  height: number;
  /** RGBA, upright: libheif applies the file's own rotation and mirroring. */
  decode(): Promise<{ data: Uint8ClampedArray }>;
}

export interface HeicDecoder {
  /** Without decoding them yet. @throws Error when the file is damaged */
  all(options: { buffer: Uint8Array }): Promise<HeicImage[] & { dispose(): void }>;
}

const heicModule = z.custom<HeicDecoder>((value) => typeof value === "function" && "all" in value);

/**
 * Undefined where it is not installed.
 *
 * @param folder that holds Whippet's package.json
 */
export const heicDecoder = (folder: string = packageRoot): HeicDecoder | undefined => {
  const require = createRequire(join(folder, "package.json"));
  try {
    return heicModule.parse(require("heic-decode"));
  } catch (error) {
    if (!hasCode(error, "MODULE_NOT_FOUND")) throw error;
    return undefined;
  }
};

/** The command that puts it where it is looked for: into the project that has Whippet as a dependency, or into the checkout. */
export const installHeicDecoder = (folder: string = packageRoot, here: string = process.cwd()): string => {
  const above = dirname(folder);
  const project = basename(above) === "node_modules" ? dirname(above) : folder;
  return `npm install ${project === here ? "" : `--prefix ${JSON.stringify(project)} `}heic-decode`;
};
