/** Which of the two Workers the published models need. */
import { isPlanFile } from "../../shared/engine/lean/is-plan.ts";
import type { Manifest } from "../../shared/manifest.ts";
import { answeringModels, readManifest } from "../../shared/registry.ts";
import type { Store } from "../../shared/store/store.ts";

/** As wrangler.toml has it: a tenth of the other's script, for models with a plan. */
const lean = "functions/edge.ts";
/** Brings onnxruntime-web along. */
const onnx = "functions/edge-onnx.ts";

/** Whether this model would be run by a Worker, if it had onnxruntime-web. */
export const needsOnnx = ({ limits, serve }: Pick<Manifest, "limits" | "serve">): boolean =>
  limits.edge.fits && !isPlanFile(serve.web);

/** @returns the entry for wrangler, relative to wrangler.toml */
export const entryFor = (manifests: readonly Pick<Manifest, "limits" | "serve">[]): string =>
  manifests.some(needsOnnx) ? onnx : lean;

/** The entry for all models that answer in `store`. */
export const entryForStore = async (store: Store): Promise<string> =>
  entryFor(
    await Promise.all(
      (await answeringModels(store)).map(({ name, pointer }) => readManifest(store, name, pointer.version)),
    ),
  );
