import { describe, expect, it } from "vitest";
import { labelFiguresOf } from "../../training/metrics/label-metrics.ts";
import { random } from "../drawing.ts";
import { publishFake } from "../functions/publishing.ts";
import { serve } from "../functions/serving.ts";

const labels = ["a", "b", "c"];
const thresholds = [0.3, 0.5, 0.65];
const next = random(4);
const shown = Array.from({ length: 90 }, (_, photo) =>
  photo % 10 === 0 ? [] : [photo % 2, ...(photo % 5 === 0 ? [2] : [])],
);
const scores = shown.map((own) =>
  Float64Array.from(labels, (_, label) => 0.6 * next() + (own.includes(label) ? 0.35 : 0)),
);
const figures = labelFiguresOf(
  { scores, shown, thresholds: scores.map(() => Float64Array.from(thresholds)) },
  labels,
  thresholds,
);

describe("the page of a multi-label model", () => {
  it("shows mean average precision with its interval, each label's threshold, and no confusion of labels that exclude none", async () => {
    const { app, store } = await serve();
    const version = await publishFake(store, {
      name: "scenes",
      logits: [1, 2, 3],
      manifest: {
        task: "multi-label",
        thresholds,
        metrics: { agreement: 0.98, float: figures.scores, served: figures.scores },
      },
    });
    const metrics = {
      schema: 1,
      labels,
      classCounts: labels.map((label) => ({ label, training: 20, validation: 5 })),
      unknown: { kept: 0.95, bare: { photos: 9, refused: 0.875 } },
      float: figures,
      served: figures,
    };
    await store.put(`models/scenes/${version}/metrics.json`, new TextEncoder().encode(JSON.stringify(metrics)));
    const response = await app.request("/models/scenes", { headers: { accept: "text/html" } });
    const html = (await response.text()).split(/<\/?main/)[1]!;
    const text = html.replace(/<[^>]+>/g, " ").replace(/\s+/g, " ");
    const { map, microF1, intervals } = figures.scores.decisions!;
    const percent = (share: number) => `${(100 * share).toFixed(1)}%`;
    expect(text).toContain(`${percent(map)} mAP`);
    expect(text).toContain(`${percent(intervals!.map[0]).slice(0, -1)} to ${percent(intervals!.map[1])}`);
    expect(text).toMatch(new RegExp(`Micro F1 .* ${percent(microF1)}`));
    expect(text).toContain("98.0% are the same");
    const [a, b, c] = figures.perClass.map(({ support }) => support);
    expect(text).toMatch(new RegExp(`AP Given from a ${a} .* 30% b ${b} .* 50% c ${c} .* 65%`));
    expect(text).toMatch(/Photos without labels, given none 9 of them.* 87\.5%/);
    expect(html).not.toContain(`id="confusion"`);
  });
});
