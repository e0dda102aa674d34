import { expect, it } from "vitest";
import type { Trial } from "../../shared/training-job.ts";
import { sweepTable } from "../../training/sweep/table.ts";
import { bestOf } from "../../training/sweep/trials.ts";

const scored = (trial: Trial, nll: number) => ({
  trial,
  scores: { photos: 100, top1: 0.9, interval: [0.826, 0.945] as [number, number], top5: 1, nll, ece: 0.0124 },
  losses: [],
  seconds: 3.21,
});
const all = [
  scored({ backbone: "lite0", strength: 3, views: 1 }, 0.3),
  scored({ backbone: "lite2", strength: 3 }, 0.2),
  scored({ backbone: "lite2", head: "keras" }, 0.25),
];

it("shows what differs among the trials, the lowest loss first", () => {
  expect(sweepTable(all)).toEqual({
    head: ["backbone", "head", "strength", "loss", "accuracy", "95% interval", "ECE", "time"],
    rows: [
      ["lite2", "linear", "3", "0.2000", "90.0%", "82.6 to 94.5", "0.012", "3.2 s"],
      ["lite2", "keras", "–", "0.2500", "90.0%", "82.6 to 94.5", "0.012", "3.2 s"],
      ["lite0", "linear", "3", "0.3000", "90.0%", "82.6 to 94.5", "0.012", "3.2 s"],
    ],
  });
  expect(bestOf(all)).toBe(all[1]);
});
