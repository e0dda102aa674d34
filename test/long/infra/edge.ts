import { expect } from "vitest";
import { all, one } from "../../infra/graph.ts";
import type { Promised } from "./promise.ts";

const file = "infra/edge.ts";

export const edge: readonly Promised[] = [
  {
    promise: "leaves Cloudflare alone without a token, and says how to deploy there",
    in: "production",
    holds: (graph) => {
      expect(all(graph, "Command").filter(({ name }) => name.startsWith("Edge"))).toEqual([]);
      expect(graph.outputs.edge).toBe("off: set CLOUDFLARE_API_TOKEN to deploy the Worker as well");
    },
    breaks: [{ file, find: "if (!token)", put: "if (false)" }],
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
      { file, find: "{ dependsOn: [models] }", put: "{}" },
      { file, find: "npx --no-install wrangler", put: "npx wrangler@latest" },
      { file, find: "      WHIPPET_FALLBACK_URL: url,\n", put: "" },
      { file, find: "deployed.stdout.apply(urlIn)", put: "deployed.create as $util.Output<string>" },
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
    promise: "asks for keys at the Worker too where access is by key",
    in: "withKeys",
    holds: (graph) => expect(one(graph, "Command", "EdgeWorker").inputs.create).toMatch(/ --var WHIPPET_ACCESS:key$/),
    breaks: [{ file, find: "      WHIPPET_ACCESS: settings.access,\n", put: "" }],
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
      { file, find: ", SOURCES: contentHash($cli.paths.root, sources)", put: "" },
      { file, find: "create: deploy", put: "create: deploy,\n      triggers: [contentHash($cli.paths.root, sources)]" },
    ],
  },
  {
    promise: "undoes both by `sst remove`, and keeps a bucket that holds models",
    in: "withEdge",
    holds: (graph) => {
      expect(one(graph, "Command", "EdgeWorker").inputs.delete).toBe(
        "npx --no-install wrangler delete --name whippet-dev --force",
      );
      expect(one(graph, "Command", "EdgeModels").inputs.delete).toMatch(
        /^npx --no-install wrangler r2 bucket delete whippet-models-staging \|\| echo /,
      );
    },
    breaks: [
      { file, find: "      delete: `${wrangler} delete --name ${worker} --force`,\n", put: "" },
      { file, find: "${wrangler} r2 bucket delete ${bucket} ||", put: "true ||" },
    ],
  },
  {
    promise: "keeps production's Worker in its own environment, and its bucket for good",
    in: "productionEdge",
    holds: (graph) => {
      expect(one(graph, "Command", "EdgeWorker").inputs.create).toContain(
        "deploy --env production --name whippet --var",
      );
      const models = one(graph, "Command", "EdgeModels");
      expect(models.inputs.create).toContain("bucket create whippet-models");
      expect(models.retainOnDelete).toBe(true);
    },
    breaks: [
      { file, find: '{ retainOnDelete: $app.removal !== "remove" }', put: "{}" },
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
