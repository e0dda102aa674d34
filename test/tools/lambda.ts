/**
 * A Lambda function on this machine: AWS's runtime client runs the bundle as it would there, started by the first request,
 * frozen between two, ended at its timeout, behind a function URL with its limits.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { EventEmitter, once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createInterface } from "node:readline";
import { MB_PER_CORE } from "../../functions/lambda/memory-sizes.ts";
import { createCgroup } from "./cgroup.ts";
import { eventOf, PAYLOAD_BYTES, writeAnswer } from "./function-url.ts";
import { runtimeClient } from "./lambda-ric.ts";
import { startRuntimeApi } from "./runtime-api.ts";

export interface LambdaOptions {
  /** The unzipped bundle, with `index.mjs` and its `handler`. */
  folder: string;
  /** Variables of the function. */
  environment: Record<string, string>;
  /** MB, as the function's setting says. */
  memory?: number;
  /** Milliseconds of one invocation. */
  timeout?: number;
  /** Gives it the processor share of its memory after the start, as Lambda does. Needs a control group. */
  shareCpu?: boolean;
}

export interface Lambda {
  /** Of the function URL. */
  url: string;
  /** Whether the kernel holds it to its memory; otherwise only `peak` tells. */
  readonly confined: boolean;
  /** Starts it now, instead of at the first request. @returns milliseconds until it asked for an invocation */
  start(): Promise<number>;
  /** Ends it, as Lambda does with one that was idle for some minutes; the next request is a cold start. */
  end(): Promise<void>;
  /** Most memory that it ever held, in MB. */
  peak(): number;
  /** Milliseconds of processor time so far. */
  cpu(): number;
  /** How often it had to be ended for want of memory. */
  kills(): number;
  /** The lines that it wrote. */
  readonly log: string[];
  /** Resolves when it has written so many lines: they arrive beside its answers. */
  logged(lines: number): Promise<void>;
  close(): Promise<void>;
}

const TICKS_PER_SECOND = 100;

export const createLambda = async (options: LambdaOptions): Promise<Lambda> => {
  const { folder, environment, memory = MB_PER_CORE, timeout = 30_000, shareCpu = false } = options;
  const cgroup = createCgroup(memory);
  const log: string[] = [];
  const written = new EventEmitter();
  let runtime: ChildProcess | undefined;
  let idle: Promise<number> | undefined;
  let becameIdle = (): void => {};

  const api = await startRuntimeApi({
    timeout,
    onIdle() {
      runtime?.kill("SIGSTOP");
      becameIdle();
    },
    onInvoke() {
      if (shareCpu) cgroup?.limitCpu(memory / MB_PER_CORE);
      runtime?.kill("SIGCONT");
    },
  });

  /** As Lambda's own bootstrap starts Node. */
  const spawnRuntime = (): ChildProcess => {
    const heap = `--max-old-space-size=${Math.floor(memory * 0.9)}`;
    const command = [process.execPath, heap, runtimeClient, "index.handler"];
    const [program, ...args] = cgroup ? cgroup.wrap(command) : command;
    const child = spawn(program!, args, {
      cwd: folder,
      stdio: ["ignore", "pipe", "pipe"],
      env: {
        PATH: process.env.PATH,
        AWS_LAMBDA_RUNTIME_API: api.address,
        LAMBDA_TASK_ROOT: folder,
        AWS_LAMBDA_FUNCTION_NAME: "whippet",
        AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
        AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memory),
        AWS_LAMBDA_LOG_GROUP_NAME: "/aws/lambda/whippet",
        AWS_LAMBDA_LOG_STREAM_NAME: "local",
        _HANDLER: "index.handler",
        TZ: ":UTC",
        ...environment,
      },
    });
    for (const stream of [child.stdout, child.stderr])
      createInterface(stream!).on("line", (line) => {
        log.push(line);
        written.emit("line");
      });
    child.once("exit", () => {
      if (runtime !== child) return;
      runtime = undefined;
      idle = undefined;
      api.fail("Runtime exited");
    });
    return child;
  };

  const start = (): Promise<number> =>
    (idle ??= new Promise<number>((resolve, reject) => {
      const began = performance.now();
      becameIdle = () => resolve(performance.now() - began);
      if (shareCpu) cgroup?.limitCpu(undefined);
      runtime = spawnRuntime();
      runtime.once("exit", () => reject(new Error(`the function did not start:\n${log.slice(-10).join("\n")}`)));
    }));

  const end = async (): Promise<void> => {
    const child = runtime;
    if (!child) return;
    runtime = undefined;
    idle = undefined;
    const ended = once(child, "exit");
    child.kill("SIGKILL");
    await ended;
    api.fail("Runtime ended");
  };

  /** @returns undefined when it took too long */
  const invoke = async (event: string) => {
    await start();
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<undefined>((resolve) => {
      timer = setTimeout(resolve, timeout, undefined);
    });
    const outcome = await Promise.race([api.invoke(event), late]);
    clearTimeout(timer);
    if (!outcome) await end();
    return outcome;
  };

  const server = createServer(async (request, response) => {
    const event = eventOf(request, Buffer.concat(await request.toArray()));
    if (Buffer.byteLength(event) > PAYLOAD_BYTES)
      return response
        .writeHead(413, { "content-type": "application/json" })
        .end('{"Message":"Request Entity Too Large"}');
    const outcome = await invoke(event).catch((error: unknown) => ({
      kind: "failed" as const,
      body: Buffer.from(String(error)),
    }));
    if (outcome?.kind === "answered" && outcome.body.length <= PAYLOAD_BYTES)
      return writeAnswer(response, outcome.body);
    log.push(`no answer: ${outcome?.body.subarray(0, 1000) ?? "timed out"}`);
    response.writeHead(502, { "content-type": "application/json" }).end('{"Message":"Internal Server Error"}');
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");

  const process_ = (file: string): string => readFileSync(`/proc/${runtime?.pid}/${file}`, "utf8");

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    confined: cgroup !== undefined,
    start,
    end,
    peak: () => Number(/VmHWM:\s+(\d+)/.exec(process_("status"))?.[1]) / 1024,
    cpu: () => {
      // user and system time are the 14th and 15th field; the 2nd, in brackets, may hold blanks
      const [user, system] = process_("stat").split(") ")[1]!.split(" ").slice(11, 13).map(Number);
      return ((user! + system!) * 1000) / TICKS_PER_SECOND;
    },
    kills: () => cgroup?.kills() ?? 0,
    log,
    async logged(lines) {
      while (log.length < lines) await once(written, "line");
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await end();
      api.close();
      cgroup?.remove();
    },
  };
};
