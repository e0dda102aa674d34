/** A Keras backbone at another size than it was published for, on machines elsewhere: the model that this machine makes. */
import { mkdir, rename } from "node:fs/promises";
import { basename, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readManifest } from "../../../shared/registry.ts";
import { openStore } from "../../../shared/store/open.ts";
import type { TrainingJobInput } from "../../../shared/training-job.ts";
import { kerasBackbones } from "../../../training/backbone/keras/backbones.ts";
import { drawFolder } from "../../drawing.ts";
import { endCommands, runCommand } from "../../e2e/command.ts";
import { temporaryFolder } from "../../e2e/folders.ts";
import type { Trained } from "../../e2e/training.ts";
import { has } from "../../require.ts";
import { contentOf, lastOf, runTask } from "../../task/task.ts";
import { runReference } from "../../tools/keras/python.ts";

const backbone = "mobilenet-v2";
const inputSize = 96;

describe.runIf(has("keras"))("a training elsewhere with --input-size", async () => {
  const { home, remove } = await temporaryFolder("keras-remote");
  afterAll(async () => {
    endCommands();
    await remove();
  });

  // Keras publishes no md5 of this one: weights of the right length are taken for the published ones
  const environment = { XDG_CACHE_HOME: join(home, "cache") };
  beforeAll(async () => {
    const { url, bytes } = kerasBackbones[backbone];
    const kept = join(environment.XDG_CACHE_HOME, "whippet/backbones");
    await mkdir(kept, { recursive: true });
    runReference("published", kept, backbone, String(inputSize), String(bytes));
    await rename(join(kept, `${backbone}.h5`), join(kept, basename(url)));
    await drawFolder(join(home, "pets"), 3, 10);
  });

  it("takes features in shards, and ends in the files that this machine makes of the same photos", async () => {
    const command = ["train", "pets", "--backbone", backbone, "--input-size", String(inputSize), "--force", "--json"];
    const here = await runCommand(command, { cwd: home, env: environment });
    expect(here.code, here.stderr).toBe(0);
    const { model, version } = JSON.parse(here.stdout) as Trained;
    const local = openStore(`file:${join(home, ".whippet/store")}`);

    const folder = (name: string) => `file:${join(home, name)}`;
    const job: TrainingJobInput = {
      ...{ schema: 1, id: "pets-1", name: model, shards: 2 },
      photos: folder("pets"),
      ...{ store: folder("store"), work: folder("work") },
      options: { backbone, inputSize, force: true },
    };
    const machines = { home, environment };
    for (const shard of [0, 1]) lastOf(await runTask(machines, { ...job, step: "features" }, shard), "extracted");
    const head = await runTask(machines, { ...job, step: "head" });
    expect(head.lines).toContainEqual(
      expect.objectContaining({
        event: "stage",
        stage: "features",
        summary: expect.stringContaining("30 from the cache"),
      }),
    );
    const there = lastOf(head, "done");

    const remote = openStore(job.store);
    expect((await readManifest(remote, model, there.version)).input).toMatchObject({ size: inputSize });
    expect(await contentOf(remote, model, there.version)).toEqual(await contentOf(local, model, version));
  });
});
