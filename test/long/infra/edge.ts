import { expect } from "vitest";
import { all, environmentOf, one } from "../../infra/graph.ts";
import type { Promised, Refused } from "./promise.ts";

const file = "infra/edge.ts";

export const edge: readonly (Promised | Refused)[] = [
  {
    promise: "leaves Cloudflare alone without a token, and says how to deploy there",
    in: "development",
    holds: (graph) => {
      expect(all(graph, "Command").filter(({ name }) => name.startsWith("Edge"))).toEqual([]);
      expect(graph.outputs.edge).toBe("off: set CLOUDFLARE_API_TOKEN to deploy the Worker as well");
    },
    breaks: [{ file, find: "  if (!token) {", put: "  if (false) {" }],
  },
  {
    promise: "keeps production's Worker and bucket when it is deployed from where there is no token, and says so",
    in: "production",
    holds: (graph) =>
      expect(graph.outputs.edge).toBe(
        "off: set CLOUDFLARE_API_TOKEN to deploy the Worker as well; one that was deployed before stays as it is",
      ),
    breaks: [{ file, find: 'kept ? "; one', put: '!kept ? "; one' }],
  },
  {
    promise: "is refused without the token where the stage says that it has a Worker",
    in: "edgeWithoutToken",
    refuses:
      /stage production has edge: true in sst\.config\.ts, but CLOUDFLARE_API_TOKEN is not set, .*Nothing was deployed/,
    breaks: [{ file, find: "settings.edge === true)", put: "false)" }],
  },
  {
    promise: "has no Worker where the stage wants none, token or not",
    in: "edgeOff",
    holds: (graph) => {
      expect(all(graph, "Command").filter(({ name }) => name.startsWith("Edge"))).toEqual([]);
      expect(graph.outputs.edge).toBe("off: edge in sst.config.ts");
    },
    breaks: [{ file, find: "settings.edge === false", put: "false" }],
  },
  {
    promise: "deploys the Worker by the pinned wrangler after its bucket, and prints where it answers",
    in: "withEdge",
    holds: (graph) => {
      const worker = one(graph, "Command", "EdgeWorker");
      expect(worker.dependsOn).toContain("EdgeModels");
      expect(worker.inputs.create).toBe(
        "npx --no-install wrangler deploy --env staging --name whippet-dev " +
          "--var WHIPPET_FALLBACK_URL:https://apiurl.lambda-url.eu-central-1.on.aws/ --var WHIPPET_ACCESS:public",
      );
      expect(one(graph, "Command", "EdgeModels").inputs.create).toContain(
        "wrangler r2 bucket create whippet-models-staging",
      );
      expect(graph.outputs.edge).toBe("https://whippet.example.workers.dev");
    },
    breaks: [
      { file, find: "dependsOn: [models], ", put: "" },
      { file, find: "npx --no-install wrangler", put: "npx wrangler@latest" },
      { file, find: "      WHIPPET_FALLBACK_URL: url,\n", put: "" },
      { file, find: "deployed.stdout.apply(address)", put: "deployed.create as $util.Output<string>" },
    ],
  },
  {
    promise:
      "tells the Worker whether it keeps feedback, which model answers and whose pages may call it, as it tells the Lambda",
    in: "withOptions",
    holds: (graph) =>
      expect(one(graph, "Command", "EdgeWorker").inputs.create).toMatch(
        / --var WHIPPET_FEEDBACK:1 --var WHIPPET_MODEL:dogs --var WHIPPET_CORS:https:\/\/example\.org,https:\/\/example\.net$/,
      ),
    breaks: [
      { file, find: "      WHIPPET_FEEDBACK: settings", put: "      FEEDBACK: settings" },
      { file, find: "      WHIPPET_MODEL: settings.model,\n", put: "" },
      { file, find: "      WHIPPET_CORS: settings.origins", put: "      CORS: settings.origins" },
    ],
  },
  {
    promise: "asks for keys at the Worker too where access is by key, and lets the Lambda know the Worker by a secret",
    in: "withKeys",
    holds: (graph) => {
      const { inputs } = one(graph, "Command", "EdgeWorker");
      expect(inputs.create).toMatch(/ --var WHIPPET_ACCESS:key --secrets-file infra\/worker-secrets\.env$/);
      expect(inputs.environment.secret.WHIPPET_FALLBACK_TOKEN).toBe("fallback-token");
      const { environment } = one(graph, "Function", "ApiFunction").inputs;
      expect(environment.secret.variables).toMatchObject({
        WHIPPET_ACCESS: "key",
        WHIPPET_FALLBACK_TOKEN: "fallback-token",
      });
      expect(environmentOf(graph, "OwnerFunction")).not.toHaveProperty("WHIPPET_FALLBACK_TOKEN");
      expect(one(graph, "RandomPassword", "FallbackToken").inputs.length).toBeGreaterThanOrEqual(32);
    },
    breaks: [
      { file, find: "      WHIPPET_ACCESS: settings.access,\n", put: "" },
      { file, find: '["--secrets-file", "infra/worker-secrets.env"]', put: "[]" },
      { file, find: "WHIPPET_FALLBACK_TOKEN: fallback.token", put: "FALLBACK_TOKEN: fallback.token" },
      { file: "infra/api.ts", find: "WHIPPET_ACCESS: settings.access", put: 'WHIPPET_ACCESS: "public"' },
      { file: "infra/api.ts", find: "WHIPPET_FALLBACK_TOKEN: fallbackToken", put: "FALLBACK_TOKEN: fallbackToken" },
      { file: "infra/fallback-token.ts", find: "$util.secret(", put: "$util.output(" },
      { file: "infra/fallback-token.ts", find: "length: 43", put: "length: 8" },
    ],
  },
  {
    promise: "has no such secret where anyone may ask",
    in: "withEdge",
    holds: (graph) => {
      expect(all(graph, "RandomPassword")).toEqual([]);
      expect(one(graph, "Command", "EdgeWorker").inputs.create).not.toContain("--secrets-file");
    },
    breaks: [{ file: "infra/fallback-token.ts", find: 'access === "key"', put: 'access !== "key"' }],
  },
  {
    promise: "deploys the Worker anew when its sources change, without ever taking it away",
    in: "withEdge",
    holds: (graph) => {
      const { inputs } = one(graph, "Command", "EdgeWorker");
      expect(inputs.update).toBeUndefined();
      expect(inputs.environment.secret.SOURCES).toMatch(/^[0-9a-f]{16}$/);
      // a trigger replaces: the new one is made first, and then the old one's delete command runs
      expect(inputs.triggers).toBeUndefined();
    },
    breaks: [
      { file, find: "      create: deploy,", put: '      create: deploy,\n      update: "true",' },
      { file, find: "        SOURCES: contentHash($cli.paths.root, sources),\n", put: "" },
      { file, find: "create: deploy", put: "create: deploy,\n      triggers: [contentHash($cli.paths.root, sources)]" },
    ],
  },
  {
    promise: "undoes both by `sst remove`, and keeps a bucket that holds models",
    in: "withEdge",
    holds: (graph) => {
      const worker = one(graph, "Command", "EdgeWorker");
      expect(worker.inputs.delete).toBe("npx --no-install wrangler delete --name whippet-dev --force");
      expect(worker.retainOnDelete).toBe(false);
      expect(one(graph, "Command", "EdgeModels").inputs.delete).toMatch(
        /^npx --no-install wrangler r2 bucket delete whippet-models-staging \|\| echo /,
      );
    },
    breaks: [
      { file, find: "      delete: `${wrangler} delete --name ${worker} --force`,\n", put: "" },
      { file, find: "${wrangler} r2 bucket delete ${bucket} ||", put: "true ||" },
      { file, find: "dependsOn: [models], retainOnDelete: kept", put: "dependsOn: [models], retainOnDelete: true" },
    ],
  },
  {
    promise: "keeps production's Worker in its own environment, and it and its bucket for good",
    in: "productionEdge",
    holds: (graph) => {
      expect(one(graph, "Command", "EdgeWorker").inputs.create).toContain(
        "deploy --env production --name whippet --var",
      );
      expect(one(graph, "Command", "EdgeModels").inputs.create).toContain("bucket create whippet-models");
      for (const name of ["EdgeModels", "EdgeWorker"])
        expect(one(graph, "Command", name).retainOnDelete, name).toBe(true);
    },
    breaks: [
      { file, find: "{ retainOnDelete: kept }", put: "{}" },
      { file, find: "{ dependsOn: [models], retainOnDelete: kept }", put: "{ dependsOn: [models] }" },
      { file, find: '$app.stage === "production" ? "production" : "staging"', put: '"staging"' },
    ],
  },
  {
    promise: "writes Cloudflare's token into no plain state",
    in: "withEdge",
    holds: (graph) => {
      for (const { inputs } of all(graph, "Command").filter(({ name }) => name.startsWith("Edge"))) {
        expect(inputs.environment.secret.CLOUDFLARE_API_TOKEN).toBe("cloudflare-token");
        expect(JSON.stringify({ ...inputs, environment: undefined })).not.toContain("cloudflare-token");
      }
    },
    breaks: [
      { file, find: "$util.secret(token)", put: "token" },
      { file, find: 'const wrangler = "npx', put: 'const wrangler = "CLOUDFLARE_API_TOKEN=cloudflare-token npx' },
    ],
  },
];
