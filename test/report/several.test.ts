/** The report of a model that gives each photo several labels, or none. */
import { parseHTML } from "linkedom";
import { beforeAll, describe, expect, it } from "vitest";
import { metricsSchema } from "../../shared/metrics.ts";
import { percent } from "../../shared/page/numbers.ts";
import type { LabelPredictions } from "../../training/metrics/decisions.ts";
import { labelFiguresOf } from "../../training/metrics/label-metrics.ts";
import { reportPage } from "../../training/report/page.ts";
import type { ReportView } from "../../training/report/view.ts";
import { random } from "../drawing.ts";
import { drawnView } from "./drawn.ts";

const labels = ["cats", "dogs", "eels"];
const thresholds = [0.5, 0.4, 0.3];
const PHOTOS = 60;

/** @param noise 0: every score lies on its side of the threshold */
const predictions = (noise: number): LabelPredictions => {
  const die = random(5);
  const shown = Array.from({ length: PHOTOS }, () => [0, 1, 2].filter(() => die() < 0.4));
  const score = (isShown: boolean): number => Math.min(1, Math.max(0, (isShown ? 0.9 : 0.1) + noise * (die() - 0.5)));
  return {
    shown,
    scores: shown.map((own) => Float64Array.from(labels, (_, label) => score(own.includes(label)))),
    thresholds: shown.map(() => Float64Array.from(thresholds)),
  };
};

const viewOf = async (noise: number): Promise<ReportView> => {
  const view = await drawnView({ labels });
  const figures = labelFiguresOf(predictions(noise), labels, thresholds);
  const [photo] = view.metrics.training.leastCertain;
  const doubts = [true, false].map((right) => ({
    ...photo!,
    label: right ? "cats | dogs" : "",
    doubt: { label: "dogs", score: 0.41, threshold: 0.4, right },
  }));
  const { hidden: _, ...unknown } = view.metrics.unknown!;
  const training = { ...view.metrics.training, confused: [], leastCertain: doubts };
  return {
    ...view,
    metrics: {
      ...view.metrics,
      unknown: { ...unknown, bare: { photos: 12, refused: 0.75 } },
      float: figures,
      served: figures,
      training,
    },
  };
};

const textOf = (element: Element | null): string => (element?.textContent ?? "").replaceAll(/\s+/g, " ").trim();

describe("the report on several labels", () => {
  let view: ReportView;
  let document: Document;
  const section = (id: string) => document.querySelector(`section[aria-labelledby="${id}"]`);
  beforeAll(async () => {
    view = await viewOf(1.4);
    document = parseHTML(await reportPage(view)).document as unknown as Document;
  });

  it("rests on facts that metrics.json can hold", () => {
    expect(metricsSchema.parse(JSON.parse(JSON.stringify(view.metrics)))).toEqual(view.metrics);
  });

  it("tells mean average precision with its interval, and each label's", () => {
    const { decisions } = view.metrics.served.scores;
    const [low, high] = decisions!.intervals!.map;
    expect(textOf(document.querySelector(".headline"))).toContain(
      `${percent(decisions!.map)} mean average precision 95% sure to lie within ${percent(low)} to ${percent(high)}`,
    );
    expect(textOf(document.querySelector(".headline"))).toContain("3 labels");
    const rows = [...document.querySelectorAll("#per-class tbody tr")].map((row) => [...row.children].map(textOf));
    expect(rows.map(([label, , , , , precision, from]) => [label, precision, from])).toEqual(
      view.metrics.served.perClass
        .toSorted((a, b) => a.f1 - b.f1)
        .map(({ label, averagePrecision, threshold }) => [label, percent(averagePrecision!), percent(threshold!)]),
    );
  });

  it("shows the labels that were nearest to being given, or not", () => {
    const captions = [...section("least-certain")!.querySelectorAll("figcaption")].map(textOf);
    expect(captions[0]).toMatch(/^dogs 41\.0%, given from 40\.0% it is cats \| dogs /);
    expect(captions[1]).toMatch(/^dogs 41\.0%, given from 40\.0% it has no label /);
    expect(section("least-certain")!.querySelectorAll("b.right, b.wrong")).toHaveLength(2);
  });

  it("speaks of pairs of photo and label where it counts those, and of photos without labels", () => {
    expect(textOf(section("calibration"))).toContain("of the labels with a score of 80% four in five are on the photo");
    expect(textOf(document.querySelector("#reliability thead"))).toBe("ScorePairsMean scoreShown");
    expect(textOf(section("unknown"))).toMatch(/Photos without labels that are given none 12 photos *75\.0%/);
    expect(textOf(document.querySelector("#made-facts"))).toMatch(/photos *3 labels, on \d+ to \d+ of them/);
    expect(section("confusion")).toBeNull();
  });

  it("does not call a figure sure because nothing happened to be wrong", async () => {
    const perfect = parseHTML(await reportPage(await viewOf(0))).document as unknown as Document;
    const text = textOf(perfect.querySelector("main"));
    expect(text).toContain("100.0% mean average precision without a mistake that would tell how sure this is");
    expect(text).not.toContain("anything from 100.0% to 100.0%");
  });
});
