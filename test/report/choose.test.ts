import { expect, it } from "vitest";
import { choosePhotos } from "../../training/report/choose.ts";

it("takes a photo without labels for rightly answered where none reaches its threshold", () => {
  const bare = (sha256: string, scores: number[]) => ({
    photo: { sha256, path: `${sha256}.jpg` },
    shown: [],
    scores: Float64Array.from(scores),
  });
  const answers = [bare("quiet", [0.3, 0.1]), bare("loud", [0.2, 0.6])];
  const chosen = choosePhotos(
    { answers, labels: ["cat", "dog"], confusion: [], thresholds: [0.4, 0.5] },
    () => undefined,
  );
  expect(chosen.mistakes.map(({ sha256 }) => sha256)).toEqual(["loud"]);
});

it("is least certain of several labels where one lies nearest to the score from which on it is given", () => {
  const photo = (sha256: string, shown: number[], scores: number[]) => ({
    photo: { sha256, path: `${sha256}.jpg` },
    shown,
    scores: Float64Array.from(scores),
  });
  const { leastCertain } = choosePhotos(
    {
      answers: [
        photo("sure of both", [0, 1], [0.99, 0.98]),
        photo("sure of none", [], [0.01, 0.01]),
        photo("just given", [0], [0.99, 0.52]),
        photo("just missed", [1], [0.01, 0.49]),
        photo("no odds", [0], [1, 0]),
      ],
      labels: ["cat", "dog"],
      confusion: [],
      thresholds: [0.4, 0.5],
    },
    () => undefined,
  );
  expect(leastCertain.map(({ sha256 }) => sha256)).toEqual([
    "just missed",
    "just given",
    "sure of both",
    "sure of none",
    "no odds",
  ]);
  expect(leastCertain.slice(0, 2).map(({ doubt }) => doubt)).toEqual([
    { label: "dog", score: 0.49, threshold: 0.5, right: false },
    { label: "dog", score: 0.52, threshold: 0.5, right: false },
  ]);
});
