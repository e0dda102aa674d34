import { describe, expect, it } from "vitest";
import type { Photo } from "../../training/dataset/dataset.ts";
import { gateViews } from "../../training/gate-views.ts";

const photos = (training: number, validation: number, classes: number): Photo[] =>
  Array.from({ length: training + validation }, (_, i) => ({
    path: `${i}.jpg`,
    sha256: i.toString(16).padStart(64, "0"),
    label: i % classes,
    part: i < training ? "training" : "validation",
  }));

describe("the views of the gate", () => {
  it("are 500 photos, validation first, each class as often, when there are enough", () => {
    const views = gateViews(photos(800, 200, 10), 1);
    expect(views).toHaveLength(500);
    expect(views.filter(({ label }) => label !== undefined)).toHaveLength(200);
    expect(views.slice(0, 200).every(({ label }) => label !== undefined)).toBe(true);
    expect(new Set(views.map(({ path }) => path)).size).toBe(500);
    const perClass = Array.from({ length: 10 }, (_, c) =>
      views.filter(({ path }) => Number.parseInt(path, 10) % 10 === c),
    );
    for (const views of perClass) expect(views).toHaveLength(50);
  });

  it("are a stratified 500 of the validation photos where those are more", () => {
    const views = gateViews(photos(4000, 1000, 4), 1);
    for (let label = 0; label < 4; label++) expect(views.filter((view) => view.label === label)).toHaveLength(125);
  });

  it("are filled up with crops and flips of a few photos, none of them twice and none with a label", () => {
    const views = gateViews(photos(16, 4, 2), 1);
    expect(views).toHaveLength(500);
    expect(views.filter(({ label }) => label !== undefined)).toHaveLength(4);
    expect(new Set(views.map(({ path, view }) => JSON.stringify([path, view]))).size).toBe(500);
    for (const { view } of views.slice(20)) {
      expect(view.zoom).toBeGreaterThanOrEqual(0.6);
      expect(view.zoom).toBeLessThan(1);
    }
  });

  it("are the same for a seed whatever the photos' order, and others for another", () => {
    const some = photos(900, 300, 3);
    const keys = (seed: number, of: Photo[]) => gateViews(of, seed).map(({ sha256 }) => sha256);
    expect(keys(1, [...some].reverse()).toSorted()).toEqual(keys(1, some).toSorted());
    expect(keys(2, some)).not.toEqual(keys(1, some));
  });
});
