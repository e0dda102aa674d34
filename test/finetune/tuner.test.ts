import { afterAll, describe, expect, it } from "vitest";
import { createNativeEngine } from "../../shared/engine/native.ts";
import type { Epoch } from "../../shared/training-facts.ts";
import { rowsOf } from "../../training/features/gather.ts";
import { createPool } from "../../training/features/pool.ts";
import { requireSameAnswers } from "../../training/finetune/same-answers.ts";
import type { Head, LinearHead } from "../../training/head/head.ts";
import { loadTensorFlow } from "../../training/head/tensorflow.ts";
import { answerFrozen } from "../../training/judging/heads.ts";
import { mapLabels } from "../../training/report/heat-maps.ts";
import { temporaryFolder } from "../e2e/folders.ts";
import { createMemoryStore } from "../store/memory.ts";
import { openSmall } from "./small.ts";

const { home, remove } = await temporaryFolder("tuner");
const pool = createPool({ workers: 1 });
afterAll(async () => {
  await pool.close();
  await remove();
});
const engine = await createNativeEngine();
const small = await openSmall(home, pool);
const { rows, classes } = small;
const training = rowsOf(rows, (photo) => photo % 4 !== 0);
const held = rowsOf(rows, (photo) => photo % 4 === 0);

/** Without held-out photos, cache or stop; trained once. */
let trained: Promise<Head> | undefined;
const unbroken = (): Promise<Head> =>
  (trained ??= (async () => (await small.learner(await loadTensorFlow(), undefined)).train({ training, classes }))());

describe("a backbone's last blocks, trained with the head", () => {
  it("learn, answer once exported as they did when trained, and judge nothing by photos that they have not seen", async () => {
    const tf = await loadTensorFlow();
    const before = tf.memory().numTensors;
    const store = createMemoryStore();
    const learner = await small.learner(tf, store);
    const epochs: Epoch[] = [];
    const head = await learner.train({ training, validation: held, classes, onEpoch: (row) => epochs.push(row) });
    expect(head.tuned!.epochs).toBeGreaterThan(0);
    expect(head.history).toEqual(epochs);
    const tuned = epochs.filter(({ learningRate }) => learningRate !== undefined);
    expect(tuned).toHaveLength(head.tuned!.epochs);
    expect(epochs.map(({ epoch }) => epoch)).toEqual(epochs.map((_, at) => at + 1));

    const exported = await learner.backboneOf(head);
    expect(exported.bytes).not.toEqual(small.backbone.bytes);
    const { photos } = small;
    const off = await requireSameAnswers({ pool, photos, work: exported.work, head, answer: learner.answer });
    expect(off).toBeLessThan(1e-4);
    // the frozen backbone under the same head says something else
    await expect(
      requireSameAnswers({ pool, photos, work: small.backbone.work, head, answer: learner.answer }),
    ).rejects.toThrow(/are off by/);

    // a heat map shows where a head and its own blocks saw it, not the frozen ones under another head
    const frozenHead = { ...(head as LinearHead), tuned: { numbers: new Map(), epochs: 0 } };
    const { path } = photos[0]!;
    const maps = (heads: Head[], bytesOf = learner.bytesOf) =>
      mapLabels(
        heads.map((of) => ({ path, head: of, labels: [0] })),
        { backbone: small.backbone.backbone, bytesOf, pool, engine },
      );
    const [own, frozen] = await maps([head, frozenHead]);
    expect(own).toEqual((await maps([head], () => exported.bytes))[0]);
    expect(own).not.toEqual(frozen);
    expect(frozen).toEqual((await maps([frozenHead], () => small.backbone.bytes))[0]);

    // what is held out has no say: without it the same numbers come out
    expect((await unbroken()).tuned).toEqual(head.tuned);
    expect(tf.memory().numTensors).toBe(before);
  });

  it("end in the same numbers when they are stopped on the way and go on", async () => {
    const tf = await loadTensorFlow();
    const whole = await unbroken();
    const store = createMemoryStore();
    const stop = new AbortController();
    const stopped = await small.learner(tf, store, { signal: stop.signal });
    const onShare = (share: number): void => {
      // in the second of the rehearsal's two epochs
      if (share > 0.25) stop.abort(new Error("stopped"));
    };
    await expect(stopped.train({ training, classes, onShare })).rejects.toThrow("stopped");
    const shares: number[] = [];
    const again = await small.learner(tf, store);
    const head = await again.train({ training, classes, onShare: (share) => shares.push(share) });
    // the first epoch is not taken again
    expect(shares[0]).toBeGreaterThan(0.25);
    expect(shares).toEqual(shares.toSorted((a, b) => a - b));
    expect(shares.at(-1)).toBe(1);
    expect(head.tuned).toEqual(whole.tuned);
    expect(head).toMatchObject({ weights: (whole as LinearHead).weights });
  });

  it("stay as they were where each epoch does harm to the photos kept out", async () => {
    const tf = await loadTensorFlow();
    const learner = await small.learner(tf, undefined, { learningRate: 1, epochs: 2 });
    const head = await learner.train({ training, classes });
    expect(head.tuned!.epochs).toBe(0);
    expect((await learner.backboneOf(head)).bytes).toBe(small.backbone.bytes);
    const answers = await learner.answer(head, held);
    const frozen = await answerFrozen(head, held);
    for (const [at, row] of answers.entries())
      for (const [label, logit] of row.entries()) expect(logit).toBeCloseTo(frozen[at]![label]!, 3);
  });
});
