/** A task in a page of a browser, headless, with a profile of its own. The page comes from this machine: a secure context. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { chromiumProgram } from "../chromium.ts";
import { firefoxProgram } from "../firefox.ts";
import { bundle, type PlatformTask } from "./task.ts";

const around = `
const send = (path, value) => fetch(path, { method: "POST", body: JSON.stringify(value) });
try {
  const [kernels, body] = await Promise.all([
    WebAssembly.compileStreaming(fetch("/kernels.wasm")),
    fetch("/body").then((response) => response.arrayBuffer()),
  ]);
  await send("/answer", await task(kernels, new Uint8Array(body)));
} catch (error) {
  await send("/failure", String(error?.stack ?? error));
}`;

/** No questions, no calls home. */
const firefoxSettings = `
user_pref("browser.shell.checkDefaultBrowser", false);
user_pref("browser.aboutwelcome.enabled", false);
user_pref("datareporting.policy.dataSubmissionEnabled", false);
user_pref("toolkit.telemetry.enabled", false);
user_pref("app.update.auto", false);
user_pref("network.captive-portal-service.enabled", false);
user_pref("network.connectivity-service.enabled", false);
`;

const commands = {
  chromium: (profile: string, url: string) => [
    chromiumProgram()!,
    ...["--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", `--user-data-dir=${profile}`, url],
  ],
  firefox: (profile: string, url: string) => [
    firefoxProgram()!,
    "--headless",
    "--no-remote",
    "--profile",
    profile,
    url,
  ],
};
export type Browser = keyof typeof commands;

export const runInBrowser = async (browser: Browser, task: PlatformTask): Promise<unknown> => {
  const profile = await mkdtemp(join(tmpdir(), `whippet-${browser}-`));
  await writeFile(join(profile, "user.js"), firefoxSettings);
  const { server, answer } = await serve(task);
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const [program, ...options] = commands[browser](profile, url) as [string, ...string[]];
  const child = spawn(program, options, { stdio: "ignore", detached: true, env: { ...process.env, HOME: profile } });
  const exited = once(child, "exit");
  try {
    const early = exited.then(([code]) => {
      throw new Error(`${program} ended with ${code} before its page had answered`);
    });
    return await Promise.race([answer, early]);
  } finally {
    server.close();
    server.closeAllConnections();
    // browsers are many processes
    if (child.exitCode === null) process.kill(-child.pid!, "SIGKILL");
    await exited.catch(() => {});
    await rm(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
};

/** @returns the answer that the page posts */
const serve = async (task: PlatformTask): Promise<{ server: Server; answer: Promise<unknown> }> => {
  const page = `<!doctype html><title>task</title><script type="module" src="/task.js"></script>`;
  const files: Record<string, [string, string | Uint8Array]> = {
    "/": ["text/html", page],
    "/task.js": ["text/javascript", await bundle(task, around, "browser")],
    "/kernels.wasm": ["application/wasm", await readFile(task.kernels)],
    "/body": ["application/octet-stream", task.body],
  };
  const server = createServer();
  const answer = new Promise<unknown>((resolve, reject) => {
    const take = async (request: IncomingMessage): Promise<void> => {
      const value: unknown = JSON.parse(await text(request));
      if (request.url === "/answer") resolve(value);
      else reject(new Error(`the page's task failed: ${value}`));
    };
    server.on("request", (request, response) => {
      const [type, body] = files[request.url ?? ""] ?? [];
      if (type) response.setHeader("content-type", type);
      response.writeHead(type || request.method === "POST" ? 200 : 404).end(body);
      if (request.method === "POST") take(request).catch(reject);
    });
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  return { server, answer };
};
