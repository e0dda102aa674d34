/** Following a training through what can go wrong between it and its owner. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import type { Context } from "../../cli/context.ts";
import { follow } from "../../cli/remote/follow.ts";
import { followOrDetach } from "../../cli/remote/train.ts";
import { createTerminal } from "../../cli/terminal.ts";
import { openHttpJobs } from "../../shared/jobs/http.ts";
import type { Jobs, LogPage, TrainingState } from "../../shared/jobs/jobs.ts";

const id = "20261123-120000-1a2b3c4d";
const running: TrainingState = {
  id,
  model: "dogs",
  device: "gpu",
  state: "running",
  shards: 1,
  created: "2026-11-23T12:00:00.000Z",
};
const succeeded: TrainingState = { ...running, state: "succeeded" };
const scores = { photos: 4, top1: 0.75, top5: 1, nll: 0.5, ece: 0.1 };
const line = (event: object) => ({
  time: 1,
  text: JSON.stringify({ time: "2026-11-23T12:00:00.000Z", training: id, ...event }),
});
const done = line({
  event: "done",
  model: "dogs",
  version: "20261123T120000Z-1a2b3c4d5e6f",
  promoted: true,
  existed: false,
  seconds: 12,
  photos: 20,
  classes: 2,
  metrics: { float: scores, served: scores, agreement: 0.99 },
});

/** What its owner sees. */
const watching = () => {
  const said: string[] = [];
  const terminal = createTerminal({ stream: { write: (text) => said.push(text) } });
  return { said, options: { terminal, signal: AbortSignal.timeout(20_000), pauseAfterEnd: 0 } };
};

/** Looks answer with these pages, the last one for ever. */
const jobsOf = (...pages: Partial<LogPage>[]): Pick<Jobs, "log"> & { looks: () => number } => {
  let looks = 0;
  return {
    looks: () => looks,
    async log() {
      const page = pages[Math.min(looks++, pages.length - 1)]!;
      return { state: running, lines: [], next: "n", ...page };
    },
  };
};

const open: (() => void)[] = [];
afterEach(() => {
  for (const close of open.splice(0)) close();
});

/** Another Whippet's owner routes; each log request is answered by the next of `answers`, the last one for ever. */
const via = async (...answers: { status: number; body: object; headers?: Record<string, string> }[]): Promise<Jobs> => {
  let asked = 0;
  const server = createServer((request, response) => {
    const answer =
      request.url === "/trainings"
        ? { status: 200, body: { devices: ["gpu"], trainings: [] } }
        : answers[Math.min(asked++, answers.length - 1)]!;
    response.writeHead(answer.status, {
      "content-type": "application/json",
      ...("headers" in answer && answer.headers),
    });
    response.end(JSON.stringify(answer.body));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  open.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return openHttpJobs(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, "a-token");
};

const page = (state: TrainingState, lines: object[] = []) => ({ status: 200, body: { state, lines, next: "n" } });
const busy = {
  status: 503,
  body: { detail: "batch:ListJobs: AWS answered ThrottlingException" },
  headers: { "retry-after": "2" },
};

describe("a training that is followed through another Whippet", () => {
  it("goes on over a 503 that passes, and over what a proxy says", async () => {
    const proxy = { status: 502, body: { message: "Internal Server Error" } };
    const { said, options } = watching();
    const jobs = await via(page(running), busy, proxy, page(running), page(succeeded, [done]));
    expect(await follow(jobs, id, options)).toMatchObject({ done: { model: "dogs" } });
    expect(said.join("")).toContain("ListJobs: AWS answered ThrottlingException; looking again");
  });

  it("ends at a refusal that asking again would not change, and says how to come back", async () => {
    const denied = { status: 503, body: { detail: "batch:ListJobs: these credentials may not batch:ListJobs" } };
    const { said, options } = watching();
    const following = followOrDetach(
      options as unknown as Context,
      await via(page(running), denied),
      id,
      "https://owner.example/",
    );
    await expect(following).rejects.toThrow("may not batch:ListJobs");
    const lines = said.join("");
    expect(lines).toContain(`Training ${id} cannot be followed just now; it goes on without you.`);
    expect(lines).toContain(`npx whippet trainings follow ${id} --via https://owner.example/`);
  });
});

describe("a training that has succeeded", () => {
  it("is waited for until its log says with what, also when that takes a minute", async () => {
    const late = [...Array.from({ length: 60 }, () => ({ state: succeeded })), { state: succeeded, lines: [done] }];
    expect(await follow(jobsOf(...late) as unknown as Jobs, id, watching().options)).toMatchObject({
      done: { model: "dogs" },
    });
  });

  it("has succeeded even if its log never says with what", async () => {
    const followed = await follow(jobsOf({ state: succeeded }) as unknown as Jobs, id, watching().options);
    expect(followed).toEqual({ state: succeeded });
  });

  it("is read to the end of what is there, however long that is", async () => {
    const pages = [
      ...Array.from({ length: 4 }, () => ({ state: succeeded, more: true })),
      { state: succeeded, lines: [done] },
    ];
    const { done: last } = await follow(jobsOf(...pages) as unknown as Jobs, id, watching().options);
    expect(last).toMatchObject({ model: "dogs" });
  });
});

describe("a machine that is taken away", () => {
  const stopped = line({ event: "stopped", reason: "stopped by SIGTERM" });

  it("is followed by another on a GPU queue", async () => {
    const { said, options } = watching();
    await follow(jobsOf({ lines: [stopped] }, { state: succeeded, lines: [done] }) as unknown as Jobs, id, options);
    expect(said.join("")).toContain("the machine was taken away (stopped by SIGTERM); another goes on");
  });

  it("is the end on Fargate, where the same command goes on", async () => {
    const { said, options } = watching();
    const failed: TrainingState = { ...running, device: "cpu", state: "failed", detail: "Task stopped", exitCode: 75 };
    const cpu = jobsOf({ state: { ...running, device: "cpu" }, lines: [stopped] }, { state: failed });
    await expect(follow(cpu as unknown as Jobs, id, options)).rejects.toThrow(
      `training ${id} failed: Task stopped (exit code 75); its machine was taken away: the same command goes on`,
    );
    expect(said.join("")).toContain("(stopped by SIGTERM); what is computed is kept");
    expect(said.join("")).not.toContain("another goes on");
  });
});
