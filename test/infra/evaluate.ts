/**
 * Evaluates real sst.config.ts files with the platform sources that `sst install` wrote, under Pulumi's mock engine, in a
 * process of its own: evaluators.ts sends it projects, one at a time, and is sent each one's graph as JSON. A project that
 * fails ends the process, so that nothing of it is left for the next.
 */
import { createRequire } from "node:module";
import { join } from "node:path";
import { answerTo, type NewResource, stateOf } from "./mock-aws.ts";
import { answerProgram, loadApp, type Project, runProgram } from "./sst-command.ts";

export interface Evaluation extends Project {
  /** Set before it, or taken away where null; each evaluation has the same names. */
  environment: Record<string, string | null>;
}

/** Options that the mocks are not told: seen where the program registers a resource. */
interface Registration {
  getType(): string;
  getName(): string;
  getParent(): string;
  getRetainondelete(): boolean;
  getProtect(): boolean;
  getDependenciesList(): string[];
}

let registrations = new Map<string, object>();
const lastOf = (urn: string): string => urn.split("::").at(-1) ?? "";

const loadPulumi = (platform: string) => {
  const require = createRequire(join(platform, "package.json"));
  const pulumi = require("@pulumi/pulumi");
  const { MockMonitor } = require("@pulumi/pulumi/runtime/mocks");
  const register = MockMonitor.prototype.registerResource;
  MockMonitor.prototype.registerResource = function (request: Registration, callback: unknown) {
    registrations.set(`${request.getType()}::${request.getName()}`, {
      parent: lastOf(request.getParent()),
      retainOnDelete: request.getRetainondelete(),
      protect: request.getProtect(),
      dependsOn: request.getDependenciesList().map(lastOf),
    });
    return register.call(this, request, callback);
  };
  return pulumi;
};

let pulumi: ReturnType<typeof loadPulumi> | undefined;

/** Pulumi marks a secret's value by this key. */
const SECRET = "4dabf18193072939515e22adb298388d";
const shown = (_key: string, value: unknown): unknown => {
  if (typeof value !== "object" || value === null || !(SECRET in value)) return value;
  return { secret: "value" in value ? value.value : null };
};

const evaluate = async ({ environment, ...project }: Evaluation): Promise<string> => {
  // not where the project before lay: it is gone; the program itself goes to its own
  process.chdir(project.platform);
  for (const [name, value] of Object.entries(environment))
    if (value === null) delete process.env[name];
    else process.env[name] = value;
  pulumi ??= loadPulumi(project.platform);
  const { runtime, output } = pulumi;
  registrations = new Map();
  const resources: NewResource[] = [];
  const app = await loadApp(project);
  const { bundles, stop } = await answerProgram();
  await runtime.setMocks(
    {
      newResource(resource: NewResource) {
        resources.push(resource);
        return stateOf(resource);
      },
      call: ({ token, inputs }: { token: string; inputs: Record<string, unknown> }) => answerTo(token, inputs),
    },
    app.name,
    project.stage,
    false,
  );
  let outputs: object = {};
  await runtime.runInPulumiStack(async () => {
    const given = await runProgram(project, app);
    outputs = await new Promise((resolve) => output(given).apply(resolve));
    return given;
  });
  await runtime.disconnect();
  stop();
  const described = resources.map((resource) => ({
    ...resource,
    ...registrations.get(`${resource.type}::${resource.name}`),
  }));
  return JSON.stringify({ app, outputs, bundles, resources: described }, shown);
};

process.once("disconnect", () => process.exit());
process.on("message", async (evaluation: Evaluation) => {
  const { withLocalStorage } = createRequire(join(evaluation.platform, "package.json"))("@pulumi/pulumi/runtime/state");
  // Pulumi's own way to run one program after another in one process
  process.send?.(await withLocalStorage(() => evaluate(evaluation)));
});
