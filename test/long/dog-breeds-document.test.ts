/** docs/dog-breeds.md, followed to the letter on a small drawn folder of the competition's shape. */
import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { packageRoot } from "../../shared/package-root.ts";
import { temporaryFolder } from "../e2e/folders.ts";
import { commandsIn, missingLine } from "../tools/document.ts";
import { drawKaggleFolder, idOf, labelsOf } from "../tools/kaggle.ts";

const documented = commandsIn(await readFile(join(packageRoot, "docs/dog-breeds.md"), "utf8"));
const { home, remove } = await temporaryFolder("dog-breeds-document");
const PER_BREED = 16;
const TESTS = 12;

/** The competition's own first rows, which the page shows, and its first photo to be predicted. */
const firstRows = [
  ["000bec180eb18c7604dcecc8fe0dba07", "boston_bull"],
  ["001513dfcb2ffafc82cccf4d8bbaba97", "dingo"],
  ["001cdf01b096e06d78e9e5112d419397", "pekinese"],
  ["00214f311d5d2247d5dfe4fe24b2303d", "bluetick"],
  ["0021f9ceb3235effd7fcde7f7538ed62", "golden_retriever"],
].map(([id = "", breed = ""]) => ({ id, breed }));
const breeds = firstRows.map(({ breed }) => breed);
const firstTest = "000621fb3cbb32d8935728e48679680e";

beforeAll(async () => {
  const labels = [...firstRows, ...labelsOf(breeds, () => PER_BREED)];
  const tests = [firstTest, ...Array.from({ length: TESTS - 1 }, (_, i) => idOf(`test ${i}`))];
  await drawKaggleFolder(join(home, "dog-breed-identification"), labels, tests);
});
afterAll(remove);

/** A shell in which `npx whippet` is this checkout's command. */
const shell = (command: string): Promise<{ code: number | null; output: string }> =>
  new Promise((resolve, reject) => {
    const npx = `npx() { [ "$1" = whippet ] && shift && '${process.execPath}' '${join(packageRoot, "cli/bin.js")}' "$@"; }\n`;
    const child = spawn("bash", ["-euo", "pipefail", "-c", npx + command], {
      cwd: home,
      env: Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(WHIPPET_|VITEST|NODE_)/.test(name))),
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += chunk));
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, output }));
  });

describe("docs/dog-breeds.md", () => {
  it.each(documented)("$command", async ({ command, kind, prints }) => {
    const { code, output } = await shell(command);
    expect(code, `it printed:\n${output}`).toBe(0);
    expect(kind).toBe("runs");
    expect(missingLine(prints, output), `it printed:\n${output}`).toBeUndefined();
  });

  it("ends with the photo and its answer, and with the sample's columns and rows", async () => {
    const { width, height } = await sharp(join(home, "answer.png")).metadata();
    expect(height).toBeGreaterThan(width!);
    const columnsAndIds = async (file: string) => {
      const [header, ...rows] = (await readFile(join(home, file), "utf8")).trim().split("\n");
      return { header, ids: rows.map((row) => row.split(",")[0]) };
    };
    const submission = await columnsAndIds("submission.csv");
    expect(submission).toEqual(await columnsAndIds("dog-breed-identification/sample_submission.csv"));
    expect(submission.ids).toHaveLength(TESTS);
  });
});
