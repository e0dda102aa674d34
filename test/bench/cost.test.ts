/** docs/cost.md says what the prices and the measurements come to. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { assumptions } from "../../bench/cost/assumptions.ts";
import { line, sum, transfer } from "../../bench/cost/bill.ts";
import { recompute } from "../../bench/cost/document.ts";
import { dollars } from "../../bench/cost/markdown.ts";
import { measured } from "../../bench/cost/measured.ts";
import { edgeMonth, lambdaMonth, rekognitionMonth } from "../../bench/cost/month.ts";
import { evidences, priceOf, priceTable } from "../../bench/cost/prices.ts";
import { imageBuild } from "../../bench/cost/training.ts";
import { packageRoot } from "../../shared/package-root.ts";

const document = await readFile(join(packageRoot, "docs/cost.md"), "utf8");

describe("docs/cost.md", () => {
  it("is what `npm run cost` computes from docs/prices.json", () => {
    expect(recompute(document)).toBe(document);
  });

  it("says in its prose, and lets the deployment's page say, only what is computed as well", async () => {
    const computed = new Map<string, number>([
      ["$0.80", line("ecr.gbMonth", assumptions.imagesGb).list],
      ["$0.60", line("alarms.month", assumptions.alarms).list],
      ["$0.10", sum(imageBuild()).list],
      ["$5", priceOf("workers.month").dollars],
      ["$0.30", priceOf("workers.request").dollars],
      ["$0.023", priceOf("s3.gbMonth").dollars],
    ]);
    for (const [figure, value] of computed) expect(Number(figure.slice(1)), figure).toBeCloseTo(value, 5);
    const deployment = await readFile(join(packageRoot, "infra/README.md"), "utf8");
    const prose = document.replaceAll(/<!-- cost: [\s\S]*?<!-- \/cost -->/g, "");
    for (const text of [prose, deployment]) {
      const figures = [...text.matchAll(/\$\d[\d,.]*\d|\$\d/g)].map(([figure]) => figure);
      expect(figures.length).toBeGreaterThan(1);
      // AWS WAF, which is off, has no price in the table
      expect(figures.filter((figure) => !computed.has(figure) && figure !== "$0" && figure !== "$6")).toEqual([]);
    }
  });

  it("is quoted by the README as it is", async () => {
    const readme = await readFile(join(packageRoot, "README.md"), "utf8");
    const [lambda, edge] = [lambdaMonth("native", 100_000), edgeMonth(100_000)].map((lines) => sum(lines).paid);
    expect(readme).toContain(`100,000 photos a month come to ${dollars(lambda!)} on Lambda and $${edge} at the edge`);
  });

  it("shows every table, and none that does not exist", () => {
    expect(() => recompute(document.replace("<!-- cost: edge -->", ""))).toThrow("does not show edge");
    expect(() => recompute(document.replace("cost: edge", "cost: moon"))).toThrow("asks for the table moon");
  });
});

describe("docs/prices.json", () => {
  it("has a source, a date and how we know it for every price", () => {
    expect(Object.keys(priceTable.prices).length).toBeGreaterThan(20);
    for (const [name, { source, asOf, evidence, via }] of Object.entries(priceTable.prices)) {
      expect(source).toMatch(/^https:\/\/(aws\.amazon\.com|developers\.cloudflare\.com)\//);
      expect(evidences).toContain(evidence);
      // without a date there must be someone to look at
      if (asOf === "undated") expect(via, name).toMatch(/^https:/);
      else expect(Date.parse(asOf), name).toBeLessThan(Date.now());
    }
    const unchecked = Object.entries(priceTable.prices).filter(([, { evidence }]) => evidence === "memory");
    expect(unchecked.map(([name]) => name)).toEqual(["ec2.spot"]);
  });
});

describe("a bill", () => {
  it("takes off what is free, once", () => {
    expect(line("lambda.request", 3_000_000)).toEqual({
      price: "lambda.request",
      units: 3_000_000,
      free: 1_000_000,
      list: expect.closeTo(0.6),
      paid: expect.closeTo(0.4),
    });
    expect(line("lambda.request", 10)).toMatchObject({ free: 10, paid: 0 });
  });

  it("counts what leaves AWS by its tiers", () => {
    expect(transfer(50).map(({ units, paid }) => [units, paid])).toEqual([[50, 0]]);
    // 10 TB at 9 cents, 40 at 8.5, and the last at 7; the first 100 GB are free
    expect(sum(transfer(51 * 1024)).paid).toBeCloseTo(10 * 1024 * 0.09 - 9 + 40 * 1024 * 0.085 + 1024 * 0.07);
  });

  it("bills Lambda by the memory's GB of 2^30 bytes and Rekognition by the hour", () => {
    const [seconds] = lambdaMonth("native", 100_000).filter(({ price }) => price === "lambda.gbSecond");
    // each photo for itself, and a start for one in twenty
    const { memory, native } = measured.lambda;
    expect(seconds!.units).toBeCloseTo(((memory / 1024) * (100_000 * native.ms + 5_000 * native.startMs)) / 1000);
    expect(sum(rekognitionMonth(1_000)).paid).toBe(4 * 730);
    expect(sum(rekognitionMonth(40_000_000)).paid).toBe(4 * 730 * 4);
  });

  it("never says that something costs nothing when it costs a little", () => {
    expect(dollars(0)).toBe("$0.00");
    expect(dollars(0.0029)).toBe("< $0.01");
    expect(dollars(60_607.29)).toBe("$60,607");
  });
});
