/** What README, docs/lambda.md and sst.config.ts say about Lambda is what was measured. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { choose, millionAnswers } from "../../bench/lambda/choice.ts";
import { measured } from "../../bench/lambda/measured.ts";
import { bundleOf, engines, type Measured, rowOf } from "../../bench/lambda/schema.ts";
import { documents } from "../../bench/lambda/tables.ts";
import { memorySizes } from "../../functions/lambda/memory-sizes.ts";
import { settingsOf } from "../../infra/settings.ts";
import { packageRoot } from "../../shared/package-root.ts";

const read = (path: string): Promise<string> => readFile(join(packageRoot, path), "utf8");
const chosen = choose(measured);

describe.each(Object.entries(documents))("%s", (path, fill) => {
  it("has the tables that `npm run bench:lambda` writes", async () => {
    const text = await read(path);
    expect(fill(measured, text)).toBe(text);
  });
});

describe("the default on Lambda", () => {
  it("is the measured better, in sst.config.ts and where it says nothing", async () => {
    const config = await read("sst.config.ts");
    const { engine, memory } = settingsOf({ every: {} }, "any");
    expect({ engine, memory }).toEqual({ engine: bundleOf[chosen.engine], memory: chosen.memory });
    expect(config).toContain(`engine: "${engine}",`);
    expect(config).toContain(`memory: ${memory},`);
  });

  it("is what the prose says", async () => {
    const name = bundleOf[chosen.engine];
    expect((await read("docs/lambda.md")).toLowerCase()).toContain(
      `**${name} with ${chosen.memory} mb is the default.**`,
    );
    expect(await read("README.md")).toContain(`the ${name} engine is the default: it costs least`);
  });
});

/** Every engine alike, but for what `change` says. */
const figures = (change: (row: Measured["rows"][number]) => Partial<Measured["rows"][number]>): Measured => ({
  ...measured,
  rows: engines.flatMap((engine) =>
    memorySizes.map((memory) => {
      const row = { ...rowOf(measured, engine, memory), warm: 50, cpu: 50 };
      return { ...row, ...change(row) };
    }),
  ),
});

describe("the choice", () => {
  it("is the least memory in which an answer takes at most a fifth longer than in the most", () => {
    expect(choose(figures(() => ({}))).memory).toBe(512);
    expect(choose(figures(({ memory }) => ({ warm: memory < 1024 ? 61 : 50 }))).memory).toBe(1024);
  });

  it.each(engines)("is %s where that costs least", (cheapest) => {
    expect(choose(figures(({ engine }) => ({ cpu: engine === cheapest ? 40 : 50 }))).engine).toBe(cheapest);
  });
});

describe("a million answers", () => {
  it("cost the same processor time in a slice of a core as in a whole one, and more where a second core idles", () => {
    const [slice, whole, two] = ([512, 1769, 3008] as const).map((memory) => millionAnswers({ cpu: 40, memory }));
    // 40 ms of 1769 MB a million times, and the requests
    expect(whole).toBeCloseTo(0.2 + 40_000 * (1769 / 1024) * 1.66667e-5);
    expect(slice! / whole!).toBeCloseTo(1, 1);
    expect(two! / whole!).toBeGreaterThan(1.4);
  });
});
