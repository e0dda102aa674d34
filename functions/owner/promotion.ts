/** What the owner sends to let a version answer. */
import { z } from "zod";
import { versionSchema } from "../../shared/manifest.ts";

export const promotion = z.strictObject({ version: versionSchema });
