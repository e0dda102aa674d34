/**
 * Published models: `models/NAME/VERSION/…` with a manifest, and `models/NAME/current.json`, the pointer to the version
 * that answers and the only object that is ever overwritten.
 */
export { type Copied, copyVersion } from "./registry/copy.ts";
export { answeringModels, type ListedModel, latestModel, listModels, listVersions } from "./registry/list.ts";
export {
  candidateOf,
  pointAt,
  promote,
  type RegistryClock,
  RemovedError,
  rollback,
  tryOut,
} from "./registry/promote.ts";
export { type Publication, type Published, type PublishedFile, publish } from "./registry/publish.ts";
export {
  DamageError,
  type ReadPointer,
  readCurrent,
  readFile,
  readFilePart,
  readManifest,
  readPointer,
  readProbes,
} from "./registry/read.ts";
export { type Pruned, prune, remove } from "./registry/remove.ts";
export { contentHash, type Draft } from "./registry/version.ts";
