/** What a report tells of a training that trained blocks of the backbone too. */
import { parseHTML } from "linkedom";
import { expect, it } from "vitest";
import { metricsSchema } from "../../shared/metrics.ts";
import { drawnReport } from "./drawn.ts";

const head = { layers: [{ name: "Dense", outputs: 2, parameters: 4321 }], loss: "cross-entropy", optimizer: "L-BFGS" };
const batch = { shape: [2, 3, 224, 224], views: 1, photos: ["a", "b"] };
const epoch = (number: number) => ({ epoch: number, loss: 1 / number, accuracy: 0.9, seconds: number });
const textOf = (page: string, selector: string): string =>
  (parseHTML(page).document.querySelector(selector)?.textContent ?? "").replaceAll(/\s+/g, " ");

it("says what was trained of the backbone, and which looks it learned from", async () => {
  const tuning = "the last 2 of 5 blocks; batch normalisation stays frozen";
  const settings = { kind: "linear", fineTune: { blocks: 2, epochs: 4 } };
  const { page, view } = await drawnReport({
    labels: ["a", "b"],
    training: { batch, head: { ...head, tuning }, settings, history: [epoch(1), epoch(2), { ...epoch(3), blocks: 2 }] },
  });
  expect(metricsSchema.parse(view.metrics).training?.head.tuning).toBe(tuning);
  expect(textOf(page, "#head")).toContain(`fine-tune${tuning}`);
  expect(textOf(page, "#settings")).toContain("fineTuneblocks 2, epochs 4");
  expect(textOf(page, '[aria-labelledby="curves"]')).toContain(
    "From epoch 3 on the backbone’s last 2 blocks learned with it",
  );
  const shown = textOf(page, '[aria-labelledby="batch"]');
  expect(shown).toContain("the backbone's last blocks saw another look at each in each epoch, the lower ones first");
  expect(shown).not.toContain("--views");
});

it("says where no epoch of the blocks was kept", async () => {
  const settings = { kind: "linear", fineTune: { blocks: 2, epochs: 4 } };
  const { page } = await drawnReport({
    labels: ["a", "b"],
    training: { batch, head: { ...head, tuning: "the last 2 of 5 blocks" }, settings, history: [epoch(1)] },
  });
  expect(textOf(page, '[aria-labelledby="curves"]')).toContain("The backbone’s blocks stayed as they were");
});

it("says of a frozen backbone that other looks would change little", async () => {
  const { page } = await drawnReport({ labels: ["a", "b"], training: { batch, head } });
  expect(textOf(page, "#head")).not.toContain("fine-tune");
  expect(textOf(page, '[aria-labelledby="batch"]')).toContain("--views 2 and more would add looks");
});
