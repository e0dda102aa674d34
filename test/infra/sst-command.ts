/**
 * What SST's command does for the program it runs, as pkg/project/run.go and pkg/js/js.go of SST 4.17.1 have it: builds the
 * config with the platform's sources and every provider as a global, and answers the program's calls.
 */
import { readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import type { BuildOptions } from "esbuild";
import { accountId, region } from "./mock-aws.ts";

export interface Project {
  /** The folder of SST's platform sources. */
  platform: string;
  /** The folder of sst.config.ts. */
  project: string;
  stage: string;
}

export interface App {
  name: string;
  removal: string;
  protect: boolean;
}

let built = 0;

/** Bundles `contents` into a module beside the platform's packages, and imports it. */
const load = async (
  { platform, project }: Project,
  contents: string,
  options: BuildOptions,
): Promise<{ default: unknown }> => {
  const esbuild: typeof import("esbuild") = createRequire(join(platform, "package.json"))("esbuild");
  // a name of its own: Node never loads a path twice
  const outfile = join(platform, `evaluated.${process.pid}.${built++}.mjs`);
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

/** What `app()` of the config says. */
export const loadApp = async (at: Project): Promise<App> => {
  const config = JSON.stringify(join(at.project, "sst.config.ts"));
  const contents = `import config from ${config}; export default await config.app(${JSON.stringify({ stage: at.stage })});`;
  return (await load(at, contents, { banner: { js: "function $config(config) { return config; }" } })).default as App;
};

/** Runs `run()` of the config, in the stack that is open. */
export const runProgram = async (at: Project, app: App): Promise<object> => {
  const { platform, project, stage } = at;
  const providers: { alias: string; package: string }[] = JSON.parse(
    readFileSync(join(dirname(platform), "provider-lock.json"), "utf8"),
  );
  const globals = [
    ...providers.map((provider) => `import * as ${provider.alias} from "${provider.package}";`),
    `import * as sst from "${join(platform, "src/components")}";`,
  ].join("\n");
  const paths = { home: tmpdir(), root: project, work: join(project, ".sst"), platform };
  const contents =
    `import { run } from "${join(platform, "src/auto/run.ts")}"; import config from "${join(project, "sst.config.ts")}"; ` +
    "export default await run(config.run);";
  const program = await load(at, contents, {
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
  });
  return program.default as object;
};

/**
 * Answers the program: where SST's assets lie, and what a function's bundle is.
 * @returns the folder that each function is deployed from, as far as the program has asked; and how to end it
 */
export const answerProgram = async () => {
  const bundles: Record<string, string | undefined> = {};
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
  return {
    bundles,
    stop: () => {
      server.close();
      server.closeAllConnections();
    },
  };
};
