/**
 * Evaluates a real sst.config.ts with the platform sources that `sst install` wrote, under Pulumi's mock engine:
 * `node test/infra/evaluate.ts PLATFORM PROJECT STAGE` prints its resources and outputs as JSON. Built and given globals as
 * SST's command does it (pkg/project/run.go and pkg/js/js.go of SST 4.17.1), which plays the RPC server here as well.
 */
import { readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import type { BuildOptions } from "esbuild";
import { accountId, answerTo, type NewResource, region, stateOf } from "./mock-aws.ts";

const [platform = "", project = "", stage = ""] = process.argv.slice(2);
const require = createRequire(join(platform, "package.json"));
const esbuild: typeof import("esbuild") = require("esbuild");

/** Bundles `contents` into a module beside the platform's packages, and imports it. */
const run = async (name: string, contents: string, options: BuildOptions): Promise<Record<string, unknown>> => {
  const outfile = join(platform, `${name}.${process.pid}.mjs`);
  try {
    await esbuild.build({
      stdin: { contents, resolveDir: project, loader: "ts" },
      bundle: true,
      platform: "node",
      format: "esm",
      outfile,
      logLevel: "error",
      ...options,
    });
    return await import(pathToFileURL(outfile).href);
  } finally {
    rmSync(outfile, { force: true });
  }
};

/** The folder that each function is deployed from. */
const bundles: Record<string, string | undefined> = {};

/** What SST's command answers the program that it runs: where its assets lie, and what a function's bundle is. */
const startCommand = async (): Promise<() => void> => {
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    const { method, params } = JSON.parse(body) as {
      method: string;
      params: [{ functionID: string; handler: string; bundle?: string }];
    };
    if (method === "Runtime.Build") bundles[params[0].functionID] = params[0].bundle;
    const answers: Record<string, unknown> = {
      "Provider.Aws.Bootstrap": {
        version: 1,
        asset: "sst-asset",
        assetEcrRegistryId: accountId,
        assetEcrUrl: `${accountId}.dkr.ecr.${region}.amazonaws.com/sst-asset`,
        state: "sst-state",
      },
      "Runtime.Build": { handler: params[0].handler, out: params[0].bundle, errors: [], sourcemaps: [] },
    };
    const result = answers[method];
    response.end(JSON.stringify(result ? { result, error: null } : { error: `no ${method} here` }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  process.env.SST_SERVER = `http://127.0.0.1:${address.port}`;
  process.env.SST_AWS_REGION = region;
  return () => void server.close();
};

const resources: (NewResource & { urn?: string })[] = [];

/** Options that the mocks are not told: seen where the program registers a resource. */
interface Registration {
  getType(): string;
  getName(): string;
  getParent(): string;
  getRetainondelete(): boolean;
  getProtect(): boolean;
  getDependenciesList(): string[];
}
const registrations = new Map<string, object>();
const lastOf = (urn: string): string => urn.split("::").at(-1) ?? "";

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

const app = (
  (await run(
    "app",
    `import config from ${JSON.stringify(join(project, "sst.config.ts"))}; export default await config.app(${JSON.stringify({ stage })});`,
    { banner: { js: "function $config(config) { return config; }" } },
  )) as { default: { name: string; removal: string; protect: boolean; providers: Record<string, unknown> } }
).default;

const stop = await startCommand();
await pulumi.runtime.setMocks(
  {
    newResource(resource: NewResource) {
      resources.push(resource);
      return stateOf(resource);
    },
    call: ({ token, inputs }: { token: string; inputs: Record<string, unknown> }) => answerTo(token, inputs),
  },
  app.name,
  stage,
  false,
);

// as the bundler of SST's command makes every provider, and SST's components, globals of the config
const providers: { alias: string; package: string }[] = JSON.parse(
  readFileSync(join(dirname(platform), "provider-lock.json"), "utf8"),
);
const globals = [
  ...providers.map((provider) => `import * as ${provider.alias} from "${provider.package}";`),
  `import * as sst from "${join(platform, "src/components")}";`,
].join("\n");
const paths = { home: tmpdir(), root: project, work: join(project, ".sst"), platform };
const program = await (async () => {
  let outputs: Record<string, unknown> = {};
  await pulumi.runtime.runInPulumiStack(async () => {
    const module = await run(
      "program",
      `import { run } from "${join(platform, "src/auto/run.ts")}"; import config from "${join(project, "sst.config.ts")}"; export default await run(config.run);`,
      {
        banner: {
          js: [
            "import { createRequire as makeRequire } from 'module';",
            "const require = makeRequire(import.meta.url);",
            "import { fileURLToPath as toPath } from 'url';",
            "const __filename = toPath(import.meta.url);",
            "const __dirname = toPath(new URL('.', import.meta.url));",
          ].join("\n"),
        },
        mainFields: ["module", "main"],
        nodePaths: [join(platform, "node_modules")],
        external: [
          "@pulumi/*",
          "undici",
          "@pulumiverse/*",
          "@sst-provider/*",
          "@aws-sdk/*",
          "esbuild",
          "archiver",
          "glob",
          "vite",
        ],
        inject: [join(platform, "src/shim/run.js")],
        define: {
          $app: JSON.stringify({ ...app, stage, version: "4.17.1" }),
          $dev: "false",
          $cli: JSON.stringify({ command: "deploy", dev: false, paths, state: { version: {} } }),
        },
        plugins: [
          {
            name: "globals",
            setup: (build) =>
              build.onLoad({ filter: /\.ts$/ }, ({ path }) =>
                path.startsWith(platform)
                  ? undefined
                  : { contents: `${globals}\n${readFileSync(path, "utf8")}`, loader: "ts" },
              ),
          },
        ],
      },
    );
    const output: object = module.default as object;
    outputs = await new Promise((resolve) =>
      pulumi.output(output).apply((value: Record<string, unknown>) => resolve(value)),
    );
    return output;
  });
  await pulumi.runtime.disconnect();
  return outputs;
})();
stop();

/** Pulumi marks a secret's value by this key. */
const SECRET = "4dabf18193072939515e22adb298388d";
const shown = (_key: string, value: unknown): unknown => {
  if (typeof value !== "object" || value === null || !(SECRET in value)) return value;
  return { secret: "value" in value ? value.value : null };
};
const described = resources.map((resource) => ({
  ...resource,
  ...registrations.get(`${resource.type}::${resource.name}`),
}));
process.stdout.write(JSON.stringify({ app, outputs: program, bundles, resources: described }, shown));
