import { describe, expect, it } from "vitest";
import { byBackbone } from "../../shared/training-job.ts";
import { defaultGrid, parseGrid, settingsOf } from "../../training/sweep/grid.ts";

describe("a sweep's grid", () => {
  it("is every combination of what its axes list, beside what all share", () => {
    expect(parseGrid("backbone=lite0,lite2 strength=1,10", { views: 2, backbone: "lite2" })).toEqual([
      { backbone: "lite0", views: 2, strength: 1 },
      { backbone: "lite0", views: 2, strength: 10 },
      { backbone: "lite2", views: 2, strength: 1 },
      { backbone: "lite2", views: 2, strength: 10 },
    ]);
  });

  it("gives a trial only what its head has, and tries nothing twice", () => {
    const trials = parseGrid("head=linear,keras strength=1,10 dropout=.4", {});
    expect(trials).toEqual([
      { head: "linear", strength: 1 },
      { head: "linear", strength: 10 },
      { head: "keras", dropout: 0.4 },
    ]);
    expect(settingsOf(trials[2]!, 7)).toEqual({ head: { kind: "keras", dropout: 0.4, seed: 7 } });
  });

  it("compares backbones and penalties where nothing is said", () => {
    expect(parseGrid(defaultGrid, {}).length).toBeGreaterThan(3);
  });

  it("goes to a machine per backbone", () => {
    const trials = parseGrid("strength=1,10 backbone=lite0,lite2", {});
    expect(byBackbone(trials).map((own) => own.map(({ backbone }) => backbone))).toEqual([
      ["lite0", "lite0"],
      ["lite2", "lite2"],
    ]);
  });

  it.each<[string, RegExp]>([
    ["colour=red", /"colour=red" is no axis of a sweep; write one as NAME=VALUE,VALUE with a name of backbone, /],
    ["photos", /"photos" is no axis/],
    ["strength=1,strong", /^strength=strong: /],
    ["strength=1,", /^strength=: /],
    ["strength=1 strength=2", /strength stands in the sweep twice/],
    ["strength=3", /a sweep of 1 way to train compares nothing/],
    ["views=0,1", /^views=0: /],
    [`epochs=${Array.from({ length: 65 }, (_, at) => at + 1)}`, /a sweep of 65 ways to train is too much, 64 is/],
  ])("refuses %s", (grid, message) => {
    expect(() => parseGrid(grid, {})).toThrow(message);
  });
});
