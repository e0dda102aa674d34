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
  expect(chosen.leastCertain.map(({ sha256, right }) => [sha256, right])).toEqual([
    ["quiet", true],
    ["loud", false],
  ]);
});
