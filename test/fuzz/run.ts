/** Sends mutants and malformed requests to a server, and writes down everything that should not have happened. */
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { strip } from "../../functions/feedback/strip.ts";
import { sniff } from "../../shared/pixels/sniff.ts";
import { ask, askRaw, HANG_MS, type Heard } from "./ask.ts";
import { createMutants } from "./mutants.ts";
import { malformedRequest } from "./requests.ts";
import { labels, startFuzzedServer } from "./server.ts";
import { asBody, asFeedback, inForm, inJson, type Way } from "./ways.ts";

export interface FuzzOptions {
  seed: number;
  images: number;
  requests: number;
  /** Told how far it is, after each thousand. */
  onProgress?(line: string): void;
}

export interface FuzzReport {
  /** How many ended with each status; `closed` where the server hung up on what was no HTTP. */
  images: Record<string, number>;
  requests: Record<string, number>;
  slowestMs: number;
  /** Photos that were kept as feedback. */
  kept: number;
  /** Megabytes of the process: the middle of those while the first tenth of the images went through, of the last tenth's, the most. */
  memory: { warm: number; after: number; most: number };
  /** What should not have happened, each with a file that shows it. */
  findings: string[];
}

/** Of photos: sound after all, damaged, too large, another format, too many pixels or too slow. */
const expected = [200, 201, 400, 413, 415, 422];

const GOOD_EVERY = 1000;
const MEMORY_EVERY = 20;
/** Photos sent at once. */
const AT_ONCE = 2;

/** A JSON problem that says what its status line says. */
const isProblem = ({ status, text }: Heard): boolean => {
  try {
    const problem = JSON.parse(text) as { status?: unknown; detail?: unknown };
    return problem.status === status && typeof problem.detail === "string";
  } catch {
    return false;
  }
};

const complaint = (heard: Heard): string | undefined => {
  const { status, milliseconds } = heard;
  if (milliseconds > HANG_MS) return `took ${Math.round(milliseconds)} ms`;
  if (status !== undefined && status >= 500) return `was answered ${status}: ${heard.text.slice(0, 300)}`;
  return undefined;
};

const complaintOfPhoto = (heard: Heard): string | undefined => {
  if (!expected.includes(heard.status ?? 0)) return `was answered ${heard.status}: ${heard.text.slice(0, 300)}`;
  if (heard.status! >= 400 && !isProblem(heard)) return `was answered without a problem: ${heard.text.slice(0, 300)}`;
  return complaint(heard);
};

/** In a form each photo has its own answer or problem, and the good one the answer that it has alone. */
const complaintOfBatch = ({ batch }: Way, { text }: Heard, good: Heard): string | undefined => {
  if (!batch) return undefined;
  const { results } = JSON.parse(text) as { results: { problem?: { status: number } }[] };
  if (!isDeepStrictEqual(results.at(-1), JSON.parse(good.text)))
    return `spoiled the answer to the good photo beside it: ${text.slice(0, 300)}`;
  const strange = results.find(({ problem }) => problem && !expected.includes(problem.status));
  return strange && `had in a form the problem ${JSON.stringify(strange).slice(0, 300)}`;
};

/** How many mutants come in a form. */
const BATCH = 5;

/** Of ten, seven come as a body. @param others of the same form */
const wayOf = (number: number, photos: readonly [Uint8Array, ...Uint8Array[]], good: Uint8Array): Way => {
  const [photo] = photos;
  if (number % 10 === 3) return inForm(photos, good);
  if (number % 10 === 5) return asFeedback(photo, labels[number % labels.length]!);
  return number % 10 === 7 ? inJson(photo) : asBody(photo);
};

export const fuzz = async ({ seed, images, requests, onProgress }: FuzzOptions): Promise<FuzzReport> => {
  const mutants = await createMutants(seed);
  const server = await startFuzzedServer({ WHIPPET_ACCESS: "key" });
  const { key } = server.doors;
  const report: FuzzReport = {
    images: {},
    requests: {},
    slowestMs: 0,
    kept: 0,
    memory: { warm: 0, after: 0, most: 0 },
    findings: [],
  };
  let folder: string | undefined;
  const find = (what: string, bytes: Uint8Array): void => {
    folder ??= mkdtempSync(join(tmpdir(), "whippet-fuzz-findings-"));
    const file = join(folder, `${report.findings.length}.bin`);
    writeFileSync(file, bytes);
    report.findings.push(`${what} (${file})`);
  };
  const count = (outcomes: Record<string, number>, { status, milliseconds }: Heard): void => {
    const outcome = status ?? "closed";
    outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
    report.slowestMs = Math.max(report.slowestMs, Math.round(milliseconds));
  };
  try {
    const good = await ask(server.url, key, asBody(mutants.good));
    const checkGood = async (after: string): Promise<void> => {
      const heard = await ask(server.url, key, asBody(mutants.good));
      if (heard.status !== 200 || heard.text !== good.text)
        find(`after ${after} a good photo was answered ${heard.status}: ${heard.text.slice(0, 300)}`, mutants.good);
      onProgress?.(`${after}: ${Math.round(server.residentMb())} MB, ${report.findings.length} findings`);
    };

    const sendImage = async (number: number): Promise<void> => {
      const { how, bytes } = await mutants.at(number);
      // those of other numbers: together with the seed this one still decides all of them
      const others = number % 10 === 3 ? Array.from({ length: BATCH - 1 }, (_, i) => number + (i + 1) * images) : [];
      const beside = await Promise.all(others.map(async (other) => (await mutants.at(other)).bytes));
      const way = wayOf(number, [bytes, ...beside], mutants.good);
      const heard = await ask(server.url, key, way).catch((error: unknown) => ({
        status: undefined,
        text: String(error),
        milliseconds: 0,
      }));
      count(report.images, heard);
      const wrong = complaintOfPhoto(heard) ?? complaintOfBatch(way, heard, good);
      if (wrong) find(`image ${number} of seed ${seed} (${how}) ${wrong}`, bytes);
    };
    const resident: number[] = [];
    let next = 0;
    for (let until = 0; until < images; ) {
      until = Math.min(images, until + GOOD_EVERY);
      await inTurn(AT_ONCE, async () => {
        if (next >= until) return false;
        const number = next++;
        await sendImage(number);
        if (number % MEMORY_EVERY === 0) resident.push(server.residentMb());
        return true;
      });
      await checkGood(`${until} images`);
    }
    const tenth = Math.ceil(resident.length / 10);
    report.memory = {
      warm: middle(resident.slice(0, tenth)),
      after: middle(resident.slice(-tenth)),
      most: Math.round(Math.max(...resident, 0)),
    };

    const send = async (number: number): Promise<void> => {
      const bytes = malformedRequest(seed, number, mutants.good, server.doors);
      const heard = await askRaw(server.url, bytes);
      count(report.requests, heard);
      const wrong = complaint(heard);
      if (wrong) find(`request ${number} of seed ${seed} ${wrong}`, bytes);
    };
    next = 0;
    for (let until = 0; until < requests; ) {
      until = Math.min(requests, until + GOOD_EVERY);
      await inTurn(4 * AT_ONCE, async () => {
        if (next >= until) return false;
        await send(next++);
        return true;
      });
      await checkGood(`${until} requests`);
    }
    for (const photo of await server.kept()) {
      report.kept++;
      const again = strip(photo, sniff(photo));
      if (Buffer.compare(again, photo) !== 0) find("feedback that was kept holds more than pixels:", photo);
    }
  } finally {
    const failures = (await server.stop()).split("\n").filter((line) => line.includes('"level":"error"'));
    for (const line of failures) find(`the log says ${line.slice(0, 2000)}`, Buffer.from(line));
  }
  return report;
};

/** Runs `step` again and again, `count` at once, until it says false. */
const inTurn = async (count: number, step: () => Promise<boolean>): Promise<void> => {
  await Promise.all(
    Array.from({ length: count }, async () => {
      while (await step());
    }),
  );
};

const middle = (values: readonly number[]): number =>
  Math.round(values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0);
