/** Photos with several labels, trained on another machine after a sweep: the same model as here, chosen from the same trials. */
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Metrics, metricsSchema } from "../../shared/metrics.ts";
import { createFileStore } from "../../shared/store/file.ts";
import type { Store } from "../../shared/store/store.ts";
import { drawMixtures } from "../drawing.ts";
import { endCommands, runForData } from "../e2e/command.ts";
import { temporaryFolder } from "../e2e/folders.ts";
import { smallPhotos } from "../e2e/small-backbone.ts";
import { type Cloud, startCloud, withoutGpu } from "../remote/cloud.ts";
import { has } from "../require.ts";

interface Trained {
  version: string;
  photos: number;
  classes: number;
  metrics: { served: { decisions: { map: number } } };
  files: { path: string; sha256: string }[];
}

describe.runIf(has("seaweed"))("a training on several labels elsewhere", () => {
  let cloud: Cloud;
  let home: string;
  let remove: () => Promise<void>;

  beforeAll(async () => {
    ({ home, remove } = await temporaryFolder("multi-label-remote"));
    await drawMixtures(join(home, "shapes"), 60);
    cloud = await startCloud("training/task/main.ts", withoutGpu);
  });
  afterAll(async () => {
    endCommands();
    await cloud.stop();
    await remove();
  });

  const train = (...more: string[]): Promise<Trained> =>
    runForData<Trained>(["train", "shapes", ...smallPhotos, "--multi-label", "--sweep", "strength=.001,3", ...more], {
      cwd: home,
      env: cloud.environment,
    });
  const figuresOf = async (store: Store, { version }: Trained): Promise<Metrics> =>
    metricsSchema.parse(
      JSON.parse(new TextDecoder().decode((await store.get(`models/shapes/${version}/metrics.json`))!.bytes)),
    );

  it("takes the best way to train by its loss over all labels, and gives the files that it gives here", async () => {
    const elsewhere = await train("--remote", "--device", "cpu");
    expect(elsewhere).toMatchObject({ photos: 60, classes: 5 });
    expect(elsewhere.metrics.served.decisions.map).toBeGreaterThan(0.9);
    const here = await train("--store", "file:here");
    expect(elsewhere.files.map(({ path, sha256 }) => [path, sha256])).toEqual(
      here.files.map(({ path, sha256 }) => [path, sha256]),
    );
    const [there, local] = [
      await figuresOf(cloud.models, elsewhere),
      await figuresOf(createFileStore(join(home, "here")), here),
    ];
    const told = ({ sweep }: Metrics) => sweep!.map(({ seconds: _, ...one }) => one);
    expect(told(there)).toEqual(told(local));
    const [weak, usual] = there.sweep!;
    expect([weak!.trial.strength, usual!.trial.strength]).toEqual([0.001, 3]);
    expect(weak!.scores.nll).toBeGreaterThan(usual!.scores.nll);
    expect(weak!.behind!.loss).toBeCloseTo(weak!.scores.nll - usual!.scores.nll, 6);
    expect(usual!.scores.decisions!.intervals!.map[0]).toBeLessThanOrEqual(usual!.scores.decisions!.map);
    expect(there.training!.settings).toMatchObject({ multiLabel: true, strength: 3, trials: 2 });
  });
});
