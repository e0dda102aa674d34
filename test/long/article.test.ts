/**
 * `npm run article` on a drawn folder with the competition's own labels: on 1,000 photos of 120 breeds, and by `npm run test:large` on
 * all 10,222 too, with 10,357 to predict, for memory and for how time grows.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { packageRoot } from "../../shared/package-root.ts";
import { temporaryFolder } from "../e2e/folders.ts";
import { large } from "../large.ts";
import { competitionLabels, drawKaggleFolder, idOf } from "../tools/kaggle.ts";
import { telling, usagesIn } from "../tools/usage.ts";

const PHOTOS = 10_222;
const TESTS = 10_357;
const TENTH = 1_000;
const TENTH_TESTS = Math.round((TESTS * TENTH) / PHOTOS);
const MEGABYTES = 2_000;
/** Of what linear growth would be: a machine that does other things counts some of it here. */
const SLACK = 1.3;

const { home, remove } = await temporaryFolder("article");
afterAll(remove);

const idsOfTests = (count: number): string[] =>
  ["000621fb3cbb32d8935728e48679680e", ...Array.from({ length: count - 1 }, (_, i) => idOf(`test ${i}`))].sort();

interface Walked {
  code: number | null;
  stdout: string;
  stderr: string;
  /** The script and, of the commands that it runs one after the other, the largest: no more was held at once. */
  peakMb: number;
  cpuSeconds: number;
  minutes: number;
}

const walk = async (folder: string): Promise<Walked> => {
  await mkdir(join(home, `in-${folder}`));
  const began = performance.now();
  const child = spawn(process.execPath, [join(packageRoot, "cli/article.ts"), join(home, folder)], {
    cwd: join(home, `in-${folder}`),
    env: { ...process.env, ...telling },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let [stdout, stderr] = ["", ""];
  child.stdout.on("data", (chunk) => (stdout += chunk));
  child.stderr.on("data", (chunk) => (stderr += chunk));
  const [code] = (await once(child, "close")) as [number | null];
  const usages = usagesIn(stderr);
  const peakOf = (own: boolean) =>
    Math.max(...usages.filter(({ pid }) => (pid === child.pid) === own).map(({ peakMb }) => peakMb));
  return {
    ...{ code, stdout, stderr },
    peakMb: peakOf(true) + peakOf(false),
    cpuSeconds: usages.reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0),
    minutes: (performance.now() - began) / 60_000,
  };
};

const told = (photos: number, { peakMb, cpuSeconds, minutes }: Walked): string =>
  `article: ${photos} photos, ${minutes.toFixed(1)} min, ${cpuSeconds.toFixed(0)} s of processor, ${peakMb.toFixed(0)} MB\n`;

describe("the competition, from labels.csv to submission.csv", () => {
  const largest = large ? "whole" : "tenth";
  let tenth: Walked;
  let whole: Walked;
  const walked = () => (large ? whole : tenth);
  beforeAll(async () => {
    const labels = await competitionLabels();
    expect(labels).toHaveLength(PHOTOS);
    const some = labels.filter((_, i) => i % Math.floor(PHOTOS / TENTH) === 0).slice(0, TENTH);
    await drawKaggleFolder(join(home, "tenth"), some, idsOfTests(TENTH_TESTS));
    tenth = await walk("tenth");
    process.stderr.write(told(TENTH, tenth));
    if (!large) return;
    await rm(join(home, "tenth"), { recursive: true });
    await drawKaggleFolder(join(home, "whole"), labels, idsOfTests(TESTS));
    whole = await walk("whole");
    process.stderr.write(told(PHOTOS, whole));
  }, 3_600_000);

  it("ends well, with both accuracies beside the article's", () => {
    const { code, stdout, stderr } = walked();
    expect(code, stderr).toBe(0);
    expect(stdout).toMatch(/^the article +94\.5% +90\.2%$/m);
    expect(stdout).toMatch(/^dogs, linear head +\d+\.\d% +\d+\.\d%$/m);
    expect(stderr).toMatch(
      large ? /photos {5}10,222: 8,1\d\d to learn from, 2,0\d\d to judge by/ : /photos {5}1,000\D/,
    );
    expect(stderr).toMatch(/classes {4}120: smallest \S+ \d+, largest \S+ \d+/);
  });

  it("gives a submission of a row per photo by 121 columns, the sample's, each row adding up to one", async () => {
    const linesOf = async (path: string) => (await readFile(join(home, path), "utf8")).trim().split("\n");
    const [header, ...rows] = await linesOf(`in-${largest}/submission.csv`);
    const [asked, ...askedRows] = await linesOf(`${largest}/sample_submission.csv`);
    expect(header).toBe(asked);
    expect(rows).toHaveLength(large ? TESTS : TENTH_TESTS);
    for (const [i, row] of rows.entries()) {
      const [id, ...cells] = row.split(",");
      expect(id).toBe(askedRows[i]!.split(",")[0]);
      expect(cells).toHaveLength(120);
      expect(cells.reduce((sum, cell) => sum + Number(cell), 0)).toBeCloseTo(1, 6);
    }
  });

  it("stays within 2 GB of memory", () => {
    expect(walked().peakMb).toBeLessThan(MEGABYTES);
  });

  if (large)
    it("takes processor time that grows no faster than the photos do", () => {
      expect(tenth.code, tenth.stderr).toBe(0);
      expect(whole.cpuSeconds / tenth.cpuSeconds).toBeLessThan((SLACK * PHOTOS) / TENTH);
    });
});
