/** The assets on Node: in the checkout made of their sources when first asked for, in the package as `prepack` wrote them. */
import { join } from "node:path";
import { isCheckout, packageRoot } from "../../../shared/package-root.ts";
import type { Assets } from "./assets.ts";
import { assetsInFolder, compress, keptInMemory } from "./folder.ts";

const assetsOfSources = (): Assets => {
  const build = async () => {
    // esbuild is the checkout's alone, so this must not find its way into a bundle
    const { buildAssets } = (await import(new URL("build.ts", import.meta.url).href)) as typeof import("./build.ts");
    return buildAssets();
  };
  let built: ReturnType<typeof build> | undefined;
  return keptInMemory(async (name, encoding) => {
    const bytes = (await (built ??= build())).get(name);
    return bytes && encoding === "br" ? compress(bytes) : bytes;
  });
};

export const createNodeAssets = (): Assets =>
  isCheckout ? assetsOfSources() : assetsInFolder(join(packageRoot, "dist/assets"));
