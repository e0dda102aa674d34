/**
 * What reads HEIC, where its user has installed it: `heic-decode` (ISC) brings libheif (LGPL-3.0), which is why it is no
 * dependency of ours. It is looked for beside Whippet and in the folder that the command runs in.
 */
import { createRequire } from "node:module";
import { join } from "node:path";
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

/** Undefined where it is not installed. */
export const heicDecoder = (folders: readonly string[] = [packageRoot, process.cwd()]): HeicDecoder | undefined => {
  for (const folder of folders) {
    const require = createRequire(join(folder, "package.json"));
    try {
      return heicModule.parse(require("heic-decode"));
    } catch (error) {
      if (!hasCode(error, "MODULE_NOT_FOUND")) throw error;
    }
  }
  return undefined;
};
