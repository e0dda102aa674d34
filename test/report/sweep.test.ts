/** The report of a model that was the best of several ways to train. */
import { parseHTML } from "linkedom";
import { expect, it } from "vitest";
import type { Swept } from "../../shared/metrics.ts";
import { drawnReport, swept } from "./drawn.ts";

const labels = ["cats", "dogs"];

const sectionOf = async (sweep: Swept[] | undefined): Promise<Element | null> => {
  const { page } = await drawnReport({ labels, ...(sweep && { sweep }) });
  return (parseHTML(page).document as unknown as Document).querySelector("section[aria-labelledby=sweep]");
};
const textOf = (element: Element): string => (element.textContent ?? "").replaceAll(/\s+/g, " ").trim();
const rowsOf = (section: Element): string[][] =>
  [...section.querySelectorAll("tr")].map((row) => [...row.children].map((cell) => textOf(cell)));

it("shows what differs among the ways, the lowest loss first and marked, the others with what they lie behind", async () => {
  const section = (await sectionOf([
    swept({ backbone: "lite0", head: "keras" }, 0.3, [0.1, 0.02]),
    swept({ backbone: "lite2", strength: 3 }, 0.2),
    swept({ backbone: "lite2", strength: 1 }, 0.21, [0.01, 0.006]),
  ]))!;
  const rest = ["90.0% 82.6% to 94.5%", "1.2%", "3.2 s"];
  expect(rowsOf(section)).toEqual([
    ["Backbone", "Head", "Strength", "Loss", "Accuracy", "ECE", "Time"],
    ["lite2 kept", "linear", "3", "0.2000", ...rest],
    ["lite2", "linear", "1", "0.2100 +0.010 ± 0.006", ...rest],
    ["lite0", "keras", "–", "0.3000 +0.100 ± 0.020", ...rest],
  ]);
  expect(textOf(section)).toContain("3 ways to train were compared");
  expect(textOf(section)).toContain("One of the others is not known to be worse");
  // two strengths of one backbone make no line
  expect(section.querySelectorAll("svg")).toHaveLength(0);
});

it("draws the loss over the one number that was varied, a line for each way that it was varied with", async () => {
  const strengths = [10, 0.1, 1];
  const sweep = ["lite0", "lite2"].flatMap((backbone, at) =>
    strengths.map((strength) => swept({ backbone, strength }, 0.2 + at + strength / 100, [0.1, 0.001])),
  );
  const section = (await sectionOf(sweep))!;
  const [chart, ...others] = section.querySelectorAll("svg");
  expect(others).toEqual([]);
  expect(chart!.getAttribute("aria-label")).toBe("Loss by strength");
  const lines = [...chart!.querySelectorAll("path")].filter((path) =>
    /^M[^L]+L[^L]+L[^L]+$/.test(path.getAttribute("d")!),
  );
  expect(lines).toHaveLength(2);
  const names = [...chart!.querySelectorAll("text")].map(textOf);
  for (const name of ["lite0", "lite2", "0.1", "1", "10"]) expect(names).toContain(name);
  expect(textOf(section)).toContain("Every other one is worse by more than chance alone would do.");
});

it("tells of a sweep that an older file tells of without differences and times", async () => {
  const { trial, scores } = swept({ strength: 3 }, 0.2);
  const section = (await sectionOf([
    { trial, scores },
    { trial: { strength: 1 }, scores: { ...scores, nll: 0.3 } },
  ]))!;
  expect(rowsOf(section).slice(1)).toEqual([
    ["3 kept", "0.2000", "90.0% 82.6% to 94.5%", "1.2%", "–"],
    ["1", "0.3000", "90.0% 82.6% to 94.5%", "1.2%", "–"],
  ]);
  expect(textOf(section)).not.toContain("worse");
});

it("says nothing where nothing was compared", async () => {
  expect(await sectionOf(undefined)).toBeNull();
});
