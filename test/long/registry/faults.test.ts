/** Changes to a model in a folder, and in workerd's own R2, that go wrong at any operation. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";
import { createFileStore } from "../../../shared/store/file.ts";
import { createR2Store } from "../../../shared/store/r2.ts";
import { describeFaults } from "../../registry/every-fault.ts";
import { faults } from "../../store/faulty.ts";
import { openR2 } from "../../tools/r2.ts";

const home = await mkdtemp(join(tmpdir(), "whippet-faults-"));
const { bucket, close } = await openR2();
afterAll(async () => {
  await close();
  await rm(home, { recursive: true, force: true });
});

let folders = 0;
describeFaults("in a folder", async () => createFileStore(join(home, String(folders++))), faults);

const emptyBucket = async () => {
  const store = createR2Store(bucket, "MODELS");
  await store.remove((await store.list("")).map(({ key }) => key));
  return store;
};
// where the answer is lost, a conditional write meets its own success; the other faults are the wrapper's own
describeFaults("in R2", emptyBucket, ["loses the answer once", "dies half-way through it"]);
