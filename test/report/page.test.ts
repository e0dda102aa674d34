/** The report tells what metrics.json tells, of two classes as of a hundred and twenty. */
import { createHash } from "node:crypto";
import { parseHTML } from "linkedom";
import { beforeAll, describe, expect, it } from "vitest";
import { metricsSchema } from "../../shared/metrics.ts";
import { percent, whole } from "../../shared/page/numbers.ts";
import type { ReportView } from "../../training/report/view.ts";
import { drawnReport } from "./drawn.ts";

const hostile = ["<script>alert(1)</script>", `"><img src=x onerror=alert(2)>`];
const many = [...hostile, ...Array.from({ length: 118 }, (_, at) => `breed_${String(at).padStart(3, "0")}`)];

const textOf = (element: Element | null): string => (element?.textContent ?? "").replaceAll(/\s+/g, " ").trim();

describe.each([
  ["two classes", ["cats", "dogs"]],
  ["five classes", ["a", "b", "c", "d", "e"]],
  ["120 classes", many],
])("the report of %s", (_, labels) => {
  let view: ReportView;
  let page: string;
  let document: Document;
  beforeAll(async () => {
    ({ view, page } = await drawnReport({ labels }));
    document = parseHTML(page).document as unknown as Document;
  });
  const rows = (id: string): string[][] =>
    [...document.querySelectorAll(`#${id} tbody tr`)].map((row) => [...row.children].map((cell) => textOf(cell)));

  it("rests on facts that metrics.json can hold", () => {
    expect(metricsSchema.parse(JSON.parse(JSON.stringify(view.metrics)))).toEqual(view.metrics);
  });

  it("tells accuracy with its interval, who judged, and why it is optimistic", () => {
    const { scores } = view.metrics.served;
    const [low, high] = scores.interval!;
    const text = textOf(document.querySelector("main"));
    expect(text).toContain(
      `${percent(scores.top1)} accuracy 95% sure to lie within ${percent(low)} to ${percent(high)}`,
    );
    expect(text).toContain(`Each of ${whole(scores.photos)} photos was answered by one of 5 heads`);
    expect(text).toContain("Accuracy is optimistic. The backbone may have seen 7 of them");
  });

  it("holds the float model against each form, the refused one with its reason", () => {
    const { float, served } = view.metrics;
    const figures = ({ scores }: typeof float) => [
      percent(scores.top1),
      scores.interval!.map((end) => percent(end)).join(" to "),
      percent(scores.top5),
      scores.nll.toFixed(3),
      percent(scores.ece),
    ];
    const none = new Array<string>(6).fill("–");
    expect(rows("forms-table")).toEqual([
      ["float", ...figures(float), "–", "13.5 MB", "21.7 ms", "61.3 ms"],
      ["int8 on the native engine serves native", ...figures(served), "99.2%", "3.6 MB", "9.4 ms", "88.2 ms"],
      ["int8-plan on the web engine refused", ...figures(served), "95.1%", "3.6 MB", "–", "14.5 ms"],
      ["int8-weights serves web", ...none, "4.1 MB", "20.1 ms", "–"],
    ]);
    expect(textOf(document.querySelector(".warning"))).toContain("int8-plan was refused on the web engine: it agrees");
  });

  it("tells precision, recall, F1 and support of every class, the worst first", () => {
    const worst = view.metrics.served.perClass.toSorted((a, b) => a.f1 - b.f1);
    expect(rows("per-class").map((row) => row.slice(0, 5))).toEqual(
      worst.map(({ label, precision, recall, f1, support }) => [
        label,
        percent(precision),
        percent(recall),
        percent(f1),
        String(support),
      ]),
    );
  });

  it("tells the history, the calibration, the unknown threshold's check and what was left out", () => {
    expect(rows("history")).toEqual(
      view.metrics.training.history.map((row) => [
        String(row.epoch),
        row.loss.toFixed(4),
        percent(row.accuracy),
        row.validationLoss!.toFixed(4),
        percent(row.validationAccuracy!),
      ]),
    );
    expect(rows("reliability").map(([, photos, score, right]) => [photos, score, right])).toEqual(
      view.metrics.served.reliability
        .filter(({ photos }) => photos > 0)
        .map(({ photos, confidence, accuracy }) => [whole(photos), percent(confidence), percent(accuracy)]),
    );
    expect(rows("unknown-table").map(([, value]) => value)).toEqual(["95.1%", "54.3%", "0.876", "93.8%"]);
    expect(textOf(document.querySelector("#left-out-facts"))).toMatch(/2 files.*3 left out.*4 pictures.*1 would/);
    expect(rows("skipped")).toEqual([
      ["a/notes.txt", "a text file"],
      ["b/cut.jpg", "damaged or cut off"],
    ]);
    expect(textOf(document.querySelector("#command"))).toBe("npx whippet train ~/photos --name drawn --seed 1");
  });

  it("shows the commonest mistakes, the surest and the least certain answers with their photos", () => {
    const { confused, mistakes, leastCertain } = view.metrics.training;
    const pairs = [...document.querySelectorAll(".pairs li")];
    expect(pairs.map((pair) => textOf(pair.querySelector(".pair")))).toEqual(
      confused.map(({ label, answer, photos, of }) => `${label} taken for ${answer} ${photos} of ${of}`),
    );
    for (const [at, pair] of pairs.entries())
      expect(pair.querySelectorAll("img")).toHaveLength(confused[at]!.examples.length + (confused[at]!.like ? 1 : 0));
    const captions = (id: string) =>
      [...document.querySelectorAll(`[aria-labelledby="${id}"] li figcaption`)].map(textOf);
    const told = ({ label, answer, score, labelScore, sha256 }: (typeof mistakes)[number]) =>
      `${answer} ${percent(score)} ${label === answer ? "and it is" : `it is ${label}, ${percent(labelScore)}`} ${view.paths.get(sha256)}`;
    expect(captions("mistakes")).toEqual(mistakes.map(told));
    expect(captions("least-certain")).toEqual(leastCertain.map(told));
    for (const mistake of document.querySelectorAll('[aria-labelledby="mistakes"] li'))
      expect(mistake.querySelectorAll("img")).toHaveLength(3);
  });

  it("draws every cell of the confusion matrix, and names every class on both sides", () => {
    const matrix = [...document.querySelectorAll(".matrix svg")].at(-1)!;
    const { confusion } = view.metrics.served;
    const told = [...matrix.querySelectorAll("rect title")].map(textOf);
    const cells = confusion.flatMap((row, from) =>
      row.flatMap((photos, to) => {
        const of = row.reduce((sum, count) => sum + count, 0);
        const what = from === to ? ": right" : ` taken for ${labels[to]}`;
        return photos === 0 ? [] : [`${labels[from]}${what}, ${photos} of ${of}`];
      }),
    );
    expect(told.sort()).toEqual(cells.sort());
    const names = [...matrix.querySelectorAll("text")].map(textOf);
    for (const label of labels.filter((label) => label.length < 20))
      expect(names.filter((name) => name === label)).toHaveLength(2);
  });

  it("asks nobody for anything: one file whose policy allows its own style and pictures inside it", () => {
    const policy = document.querySelector("meta[http-equiv=content-security-policy]")!.getAttribute("content")!;
    const style = page.slice(page.indexOf("<style>") + "<style>".length, page.indexOf("</style>"));
    const hash = createHash("sha256").update(style).digest("base64");
    expect(policy).toBe(
      `default-src 'none'; style-src 'sha256-${hash}'; img-src data:; form-action 'none'; base-uri 'none'`,
    );
    expect(document.querySelectorAll("script, iframe, object, embed, form, svg style")).toHaveLength(0);
    for (const element of document.querySelectorAll("*"))
      for (const { name, value } of element.attributes) {
        expect(name).not.toMatch(/^(style|on.*)$/);
        if (/^(src|href|srcset|action|data)$/.test(name)) expect(value.slice(0, 5)).toBe("data:");
      }
  });
});
