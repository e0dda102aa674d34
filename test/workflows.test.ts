/** .github/workflows: what they run exists, what they use is pinned, what they may is little, and the way back works. */
import { spawnSync } from "node:child_process";
import { chmod, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { packageRoot } from "../shared/package-root.ts";
import { temporaryFolder } from "./e2e/folders.ts";

interface Step {
  id?: string;
  name?: string;
  uses?: string;
  run?: string;
  if?: string;
  with?: Record<string, unknown>;
}
interface Job {
  uses?: string;
  needs?: string;
  permissions?: Record<string, string>;
  steps?: Step[];
  "timeout-minutes"?: number;
}
interface Workflow {
  on: Record<string, unknown>;
  permissions: Record<string, string>;
  env?: Record<string, string>;
  jobs: Record<string, Job>;
}

const folder = join(packageRoot, ".github", "workflows");
const names = (await readdir(folder)).sort();
const workflows = new Map<string, Workflow>();
for (const name of names) workflows.set(name, parse(await readFile(join(folder, name), "utf8")) as Workflow);
const packageJson: {
  scripts: Record<string, string>;
  devDependencies: Record<string, string>;
  engines: { node: string };
} = JSON.parse(await readFile(join(packageRoot, "package.json"), "utf8"));

const jobsOf = (name: string): [string, Job][] => Object.entries(workflows.get(name)?.jobs ?? {});
const stepsOf = (name: string): Step[] => jobsOf(name).flatMap(([, { steps = [] }]) => steps);
const linesOf = ({ run = "" }: Step): string[] => run.split("\n").map((line) => line.trim());

/** Every npm script and npx command that a step runs. */
const commands = names.flatMap((name) =>
  stepsOf(name)
    .flatMap(linesOf)
    .flatMap((line) => [...line.matchAll(/\b(npm|npx) ([^&|;)]+)/g)].map((found) => [name, found[0].trim()] as const)),
);

const { home, remove } = await temporaryFolder("workflows");
afterAll(remove);

describe("the workflows", () => {
  it("are a test and a deploy", () => expect(names).toEqual(["deploy.yml", "test.yml"]));

  it.each(commands)("%s runs `%s`, which exists", (_workflow, command) => {
    const [program, first = "", second = ""] = command.split(" ");
    if (program === "npx") return expect(Object.keys(packageJson.devDependencies)).toContain(first);
    if (first === "ci") return;
    expect(Object.keys(packageJson.scripts)).toContain(first === "run" ? second : first);
  });

  it("run what they mean to run", () =>
    expect([...new Set(commands.map(([, command]) => command))].sort()).toEqual([
      "npm ci",
      "npm run test:long",
      "npm run test:long -- test/long/package.test.ts",
      "npm run verify:deploy",
      "npm test",
      "npx sst deploy --stage production",
    ]));

  it("pin every action by commit, and say which version that is", async () => {
    for (const name of names) {
      const uses = (await readFile(join(folder, name), "utf8"))
        .split("\n")
        .filter((line) => /^\s*(- )?uses:/.test(line));
      expect(uses.length).toBeGreaterThan(0);
      for (const line of uses)
        expect(line).toMatch(/uses: (\.\/\.github\/|[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$)/);
    }
  });

  it("may read, and only the deploying job may ask for the role", () => {
    for (const name of names) expect(workflows.get(name)?.permissions).toEqual({ contents: "read" });
    const granted = names.flatMap((name) => jobsOf(name).map(([job, { permissions }]) => [job, permissions]));
    expect(Object.fromEntries(granted.filter(([, permissions]) => permissions))).toEqual({
      deploy: { contents: "read", "id-token": "write" },
    });
  });

  it("leave no token in the checkout, end by themselves, and put nothing of a stranger's into a shell", () => {
    for (const name of names) {
      for (const [, { steps, uses, "timeout-minutes": minutes }] of jobsOf(name))
        if (steps ?? !uses) expect(minutes).toBeGreaterThan(0);
      for (const { uses = "", with: given, run = "" } of stepsOf(name)) {
        if (uses.startsWith("actions/checkout@")) expect(given).toMatchObject({ "persist-credentials": false });
        expect(run).not.toContain("${{");
      }
      expect(Object.keys(workflows.get(name)?.on ?? {})).not.toContain("pull_request_target");
    }
  });

  it("use the Node that the lockfile names, and install the package on the oldest that it runs on", () => {
    const node = ({ steps = [] }: Job) =>
      steps.find(({ uses = "" }) => uses.startsWith("actions/setup-node@"))?.with?.["node-version"];
    for (const [name, job] of names.flatMap(jobsOf))
      if (name === "oldest") expect(`>=${node(job)}`).toBe(packageJson.engines.node);
      else if (job.steps) expect(node(job)).toBe(packageJson.devDependencies.node);
    expect(workflows.get("test.yml")?.jobs).toHaveProperty("oldest");
  });

  it("let nothing be skipped that a hosted runner can fetch", () =>
    expect(workflows.get("test.yml")?.env?.WHIPPET_REQUIRE).toBe("schemathesis,seaweed,sst"));
});

describe("the deploy", () => {
  const steps = stepsOf("deploy.yml");
  const at = (name: string): number => steps.findIndex((step) => step.name === name);

  it("is of tags only, after the tests, by OIDC, without a stored key", async () => {
    expect(workflows.get("deploy.yml")?.on).toEqual({ push: { tags: ["v*"] } });
    expect(jobsOf("deploy.yml").find(([name]) => name === "deploy")?.[1].needs).toBe("test");
    const login = steps.find(({ uses = "" }) => uses.startsWith("aws-actions/configure-aws-credentials@"));
    expect(login?.with).toHaveProperty("role-to-assume");
    expect(await readFile(join(folder, "deploy.yml"), "utf8")).not.toMatch(/ACCESS_KEY/i);
  });

  it("verifies after it deployed, and goes back only when the answers are wrong", () => {
    expect(at("Deploy")).toBeLessThan(at("Verify"));
    expect(at("Verify")).toBeLessThan(at("Go back to the tag before"));
    expect(steps[at("Verify")]?.id).toBe("verify");
    expect(steps[at("Go back to the tag before")]?.if).toBe("failure() && steps.verify.outputs.wrong == 'true'");
  });

  it.each([
    { code: 0, output: "", said: "" },
    { code: 1, output: "wrong=true\n", said: "" },
    { code: 2, output: "", said: "::error::the deploy stands but is not verified: set the secret WHIPPET_KEY\n" },
  ])("calls the answers wrong when verifying ends with 1, and not for want of a key: $code", async (expected) => {
    const bin = join(home, `ends-with-${expected.code}`);
    await mkdir(bin);
    await writeFile(join(bin, "npm"), `#!/bin/sh\nexit ${expected.code}\n`, { mode: 0o755 });
    const output = join(bin, "output");
    await writeFile(output, "");
    const { status, stdout } = spawnSync("bash", ["-e", "-c", steps[at("Verify")]?.run ?? ""], {
      encoding: "utf8",
      env: { ...process.env, PATH: [bin, process.env.PATH].join(delimiter), GITHUB_OUTPUT: output },
    });
    expect({ code: status, output: await readFile(output, "utf8"), said: stdout }).toEqual(expected);
  });

  it("goes back to the tag before this one", async () => {
    const bin = join(home, "bin");
    const repository = join(home, "repository");
    await mkdir(bin);
    await mkdir(repository);
    for (const program of ["npm", "npx"]) {
      await writeFile(join(bin, program), `#!/bin/sh\necho "${program} $* at $(cat version)"\n`);
      await chmod(join(bin, program), 0o755);
    }
    const git = (...args: string[]) => {
      const identity = ["-c", "user.name=a", "-c", "user.email=a@example.org"];
      const { status, stderr } = spawnSync("git", [...identity, ...args], { cwd: repository, encoding: "utf8" });
      expect(status, stderr).toBe(0);
    };
    git("init", "--quiet");
    for (const version of ["v1.0.0", "v1.1.0", "v1.2.0"]) {
      await writeFile(join(repository, "version"), version);
      git("add", "version");
      git("commit", "--quiet", "--message", version);
      git("tag", version);
    }
    const head = spawnSync("git", ["rev-parse", "HEAD"], { cwd: repository, encoding: "utf8" }).stdout.trim();
    const { status, stdout, stderr } = spawnSync("bash", ["-c", steps[at("Go back to the tag before")]?.run ?? ""], {
      cwd: repository,
      encoding: "utf8",
      env: {
        ...process.env,
        PATH: [bin, process.env.PATH].join(delimiter),
        GITHUB_SHA: head,
        GITHUB_REF_NAME: "v1.2.0",
      },
    });
    expect(status, stderr).toBe(0);
    expect(stdout.trim().split("\n")).toEqual([
      "::error::v1.2.0 answers wrongly; deploying v1.1.0 again",
      "npm ci at v1.1.0",
      "npx sst deploy --stage production at v1.1.0",
      "npm run verify:deploy at v1.1.0",
    ]);
  });
});
