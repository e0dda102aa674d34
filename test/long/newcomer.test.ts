/** The README's first screen, typed by a newcomer into a fresh clone. */
import { spawn } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { packageRoot } from "../../shared/package-root.ts";
import { draw, drawFolder } from "../drawing.ts";
import { temporaryFolder } from "../e2e/folders.ts";
import { cloneCheckout, freshEnvironment } from "../tools/clone.ts";
import { freePorts } from "../tools/ports.ts";

const { home, remove } = await temporaryFolder("newcomer");
const clone = join(home, "whippet");

beforeAll(async () => {
  await cloneCheckout(clone);
  await drawFolder(join(home, "photos"), 2, 10);
  await writeFile(join(clone, "dog.jpg"), await draw("circles", 30).jpeg().toBuffer());
});
afterAll(remove);

interface Shell {
  /** Resolves with what stands where the group of `pattern` is, once that was printed. @throws Error when it ends without it */
  printed(pattern: RegExp): Promise<string>;
  ended: Promise<{ code: number | null; output: string }>;
  /** Ctrl-C: the terminal sends it to all that the command has started. */
  interrupt(): void;
}

const groups = new Set<number>();
const signal = (group: number, name: NodeJS.Signals): void => {
  if (groups.has(group)) process.kill(-group, name);
};
afterEach(() => {
  for (const group of groups) signal(group, "SIGKILL");
});

const type = (command: string, more: Record<string, string> = {}): Shell => {
  const child = spawn("sh", ["-c", command], {
    cwd: clone,
    env: freshEnvironment(home, more),
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const group = child.pid!;
  groups.add(group);
  let output = "";
  const ended = new Promise<{ code: number | null; output: string }>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => {
      groups.delete(group);
      resolve({ code, output });
    });
  });
  const printed = (pattern: RegExp) =>
    new Promise<string>((resolve, reject) => {
      const look = () => {
        const found = pattern.exec(output)?.[1];
        if (found !== undefined) resolve(found);
      };
      for (const stream of [child.stdout, child.stderr]) stream.on("data", look);
      look();
      void ended.then(({ code }) => reject(new Error(`${command} ended with ${code} and printed:\n${output}`)));
    });
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += chunk));
  return { printed, ended, interrupt: () => signal(group, "SIGINT") };
};

const succeed = async (command: string): Promise<string> => {
  const { code, output } = await type(command).ended;
  expect(code, output).toBe(0);
  return output;
};

/** Types a command that serves, asks it by the README's own curl, and stops it. @returns its answer */
const served = async (command: string, port: number): Promise<{ model: string }> => {
  const server = type(command, { PORT: String(port) });
  await server.printed(new RegExp(`(http://(?:localhost|127\\.0\\.0\\.1):${port})`));
  const answer = await succeed(`curl -sS --fail-with-body -F photo=@dog.jpg localhost:${port}/classify`);
  server.interrupt();
  // nothing that it has started holds its streams any more
  await server.ended;
  return JSON.parse(answer) as { model: string };
};

describe("the README's first screen", async () => {
  const readme = await readFile(join(packageRoot, "README.md"), "utf8");
  const [before, block] = readme.split(/^```(?:sh)?$/m);
  const commands = block!.split("\n").flatMap((line) => line.split("#")[0]!.trim() || []);
  const [port] = await freePorts(1);

  it("shows what follows here, and nothing before it but what Whippet is", () => {
    expect(commands).toEqual([
      "npm ci && npm start",
      "npm ci && npm test",
      "npx whippet train ~/photos",
      "npx whippet classify dog.jpg",
      "npx whippet serve",
      "npm run dev",
    ]);
    expect(before!.trim().split("\n").length).toBeLessThan(5);
  });

  it("npm ci && npm start: names dog breeds", async () => {
    expect(await served("npm ci && npm start", port!)).toMatchObject({ model: "dog-breeds" });
  });

  it("npx whippet train ~/photos, then npx whippet classify dog.jpg: answers by those photos", async () => {
    expect(await succeed("npx whippet train ~/photos")).toMatch(/Next:\s+npx whippet classify/);
    expect(await succeed("npx whippet classify dog.jpg")).toMatch(/^dog\.jpg +circles/);
  });

  it("npx whippet serve: answers curl", async () => {
    expect(await served("npx whippet serve", port!)).toMatchObject({ model: "photos" });
  });

  it("npm run dev: answers the same as a Worker, though nothing was built before", async () => {
    expect(await served(`npm run dev -- --port ${port}`, port!)).toMatchObject({ model: "photos" });
  });
});
