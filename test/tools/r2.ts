/** The R2 of workerd itself, through the binding that wrangler lends to Node. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { R2Bucket } from "@cloudflare/workers-types";
import { getPlatformProxy } from "wrangler";

export const openR2 = async (): Promise<{ bucket: R2Bucket; close(): Promise<void> }> => {
  const home = await mkdtemp(join(tmpdir(), "whippet-r2-"));
  const configPath = join(home, "wrangler.toml");
  await writeFile(
    configPath,
    `name = "r2-test"\ncompatibility_date = "2026-01-01"\n[[r2_buckets]]\nbinding = "MODELS"\nbucket_name = "models"\n`,
  );
  const platform = await getPlatformProxy<{ MODELS: R2Bucket }>({ configPath, persist: false });
  return {
    bucket: platform.env.MODELS,
    async close() {
      await platform.dispose();
      await rm(home, { recursive: true, force: true });
    },
  };
};
