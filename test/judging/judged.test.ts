import { describe, expect, it } from "vitest";
import type { Photo } from "../../training/dataset/dataset.ts";
import type { GateView } from "../../training/gate-views.ts";
import { calibrateJudged } from "../../training/judging/calibrated.ts";
import { judgedFigures, judgedPhotos } from "../../training/judging/judged.ts";
import { scorePredictions, shiftScores } from "../../training/metrics/scores.ts";

const photos: Photo[] = Array.from({ length: 40 }, (_, i) => ({
  path: `${i}.jpg`,
  sha256: `${i}`,
  label: i % 2,
  part: "training",
}));
const judges = {
  method: "out-of-fold",
  heads: 2,
  of: photos.map((_, i) => (i < 36 ? (i % 4) >> 1 : undefined)),
} as const;
/** Right by a margin of 2, but for every ninth photo. */
const right = photos.map(({ label }, i) => {
  if (judges.of[i] === undefined) return undefined;
  return i % 9 === 0 ? Float32Array.of(label, 1 - label) : Float32Array.of(2 - 2 * label, 2 * label);
});
const judged = judgedPhotos(photos, right, judges, 1);
const viewsOf = (some: readonly Photo[]): GateView[] =>
  some.map(({ path, sha256, label }) => ({ path, sha256, view: {}, label }));

describe("judgedPhotos", () => {
  it("are those that a head answers that has not learned from them", () => {
    expect(judged.photos).toEqual(photos.slice(0, 36));
    expect(judged.labels).toEqual(photos.slice(0, 36).map(({ label }) => label));
    expect(judged.parts).toEqual(judges.of.slice(0, 36));
  });
});

describe("judgedFigures", () => {
  const calibration = calibrateJudged(judged);
  const swap = (row: Float32Array) => Float32Array.of(row[1]!, row[0]!);

  it("show the served form's answers where it gave some, on all photos when it answered all", () => {
    const views = viewsOf(judged.photos);
    const served = judged.logits.map((row, i) => (i === 1 || i === 2 ? swap(row) : row));
    const { float, served: shown, servedScores } = judgedFigures(judged, calibration, views, served);
    expect(scorePredictions(float).top1).toBe(32 / 36);
    expect(servedScores).toEqual(scorePredictions(shown));
    expect(servedScores.top1).toBe(30 / 36);
  });

  it("move the float model's figures by the difference on the photos that both answered", () => {
    const some = judged.photos.slice(1, 9);
    const served = judged.logits.slice(1, 9).map((row, i) => (i === 0 ? swap(row) : row));
    const { servedScores } = judgedFigures(judged, calibration, viewsOf(some), served);
    // one of eight fell: an eighth of all
    expect(servedScores.photos).toBe(36);
    expect(servedScores.top1).toBeCloseTo(32 / 36 - 1 / 8, 12);
    expect(servedScores.interval![0]).toBeLessThan(servedScores.top1);
  });

  it("never leave 0 and 1", () => {
    const all = { photos: 100, top1: 0.99, top5: 1, nll: 0.1, ece: 0.01 };
    const [low, high] = [
      { ...all, photos: 10, top1: 0.5, ece: 0.3, nll: 1 },
      { ...all, photos: 10, ece: 0.1 },
    ];
    expect(shiftScores(all, low, high)).toMatchObject({ top1: 1, ece: 0, nll: 0 });
  });
});
