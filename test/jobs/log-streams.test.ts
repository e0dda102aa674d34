/** Reading many streams on, from a real client and a server that counts what it is asked. */
import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { LogLine } from "../../shared/jobs/jobs.ts";
import { type LogStream, readStreams } from "../../shared/jobs/log-streams.ts";
import { type FakeAws, startFakeAws } from "../tools/aws/server.ts";
import { createContainers } from "./containers.ts";

/** As much as AWS takes of an account in a second is 25; a follower looks at most twice in one. */
const MOST_REQUESTS = 10;
const NOW = 1_800_000_000_000;

let aws: FakeAws;
let client: CloudWatchLogsClient;
beforeEach(async () => {
  aws = await startFakeAws(createContainers().run);
  for (const [name, value] of Object.entries(aws.environment)) vi.stubEnv(name, value);
  client = new CloudWatchLogsClient({});
});
afterEach(async () => {
  client.destroy();
  vi.unstubAllEnvs();
  await aws.stop();
});

const nameOf = (index: number): string => `gpu/default/${index.toString(16).padStart(32, "0")}`;
const shards = (count: number, more: Partial<LogStream> = {}): LogStream[] =>
  Array.from({ length: count }, (_, shard) => ({ group: "g", name: nameOf(shard), shard, ...more }));

/** One look: what it read, and how many requests it took. */
const look = async (streams: readonly LogStream[], from?: string, now = NOW) => {
  const before = aws.asked.length;
  const page = await readStreams(client, streams, from, now);
  return { ...page, requests: aws.asked.length - before };
};

/** Looks until nothing more is there. */
const readAll = async (streams: readonly LogStream[], from?: string) => {
  const lines: LogLine[] = [];
  const requests: number[] = [];
  let next = from;
  for (let more = true; more; ) {
    const page = await look(streams, next);
    lines.push(...page.lines);
    requests.push(page.requests);
    next = page.next;
    more = page.more ?? false;
    if (requests.length > 200) throw new Error("it never ends");
  }
  return { lines, requests, next: next! };
};

describe("the log of a training in 64 shards", () => {
  it("asks no more often than AWS likes, and leaves no line out", async () => {
    const streams = shards(64);
    for (const { name, shard } of streams) for (let i = 0; i < 6; i++) aws.logs.write(name, `${shard} ${i}`);
    let next: string | undefined;
    const seen = new Set<string>();
    for (let looks = 0; seen.size < 64 * 6; looks++) {
      expect(looks).toBeLessThan(60);
      const page = await look(streams, next);
      expect(page.requests).toBeLessThanOrEqual(MOST_REQUESTS);
      for (const { text } of page.lines) {
        expect(seen).not.toContain(text);
        seen.add(text);
      }
      next = page.next;
    }
    // an address may have 10 kB on Lambda
    expect(next!.length).toBeLessThan(8000);
  });

  it("looks at every shard in turn while all of them are quiet", async () => {
    const streams = shards(30);
    for (const { name } of streams) aws.logs.write(name, "begun");
    let next = (await readAll(streams)).next;
    for (const { name } of streams) aws.logs.write(name, "still there");
    const lines: LogLine[] = [];
    for (let looks = 0; looks < 8; looks++) {
      const page = await look(streams, next);
      next = page.next;
      lines.push(...page.lines);
    }
    expect(new Set(lines.map(({ shard }) => shard)).size).toBe(30);
  });

  it("asks first what the job says that comes after them", async () => {
    const last = { group: "g", name: nameOf(999) };
    const streams = [...shards(64), last];
    for (const { name } of streams) aws.logs.write(name, "a line");
    const { lines } = await look(streams);
    expect(lines.some(({ shard }) => shard === undefined)).toBe(true);
  });

  it("asks no more of a writer that ended a minute ago, once it was read to its end", async () => {
    const streams = shards(8, { ended: NOW - 61_000 });
    for (const { name } of streams) aws.logs.write(name, "the last line");
    const { next } = await readAll(streams);
    expect((await look(streams, next)).requests).toBe(0);
    const recent = shards(8, { ended: NOW - 5_000 });
    const { next: later } = await readAll(recent);
    aws.logs.write(nameOf(3), "a line that was late");
    expect((await readAll(recent, later)).lines.map(({ text }) => text)).toEqual(["a line that was late"]);
  });
});

describe("a page of a log", () => {
  it("is no larger than an answer of Lambda's may be, however much was written", async () => {
    const streams = shards(4);
    for (const { name } of streams) for (let i = 0; i < 20; i++) aws.logs.write(name, "x".repeat(200_000));
    const first = await look(streams);
    expect(JSON.stringify(first).length).toBeLessThan(2_000_000);
    const { lines } = await readAll(streams);
    expect(lines).toHaveLength(80);
    expect(lines[0]!.text).toHaveLength(4097);
  });
});
