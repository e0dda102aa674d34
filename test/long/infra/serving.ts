import { expect } from "vitest";
import { all, environmentOf, one } from "../../infra/graph.ts";
import type { Promised } from "./promise.ts";

export const serving: readonly Promised[] = [
  {
    promise: "answers at a public URL, from the chosen bundle, with the memory that was set and no reservation",
    in: "development",
    holds: (graph) => {
      const { inputs } = one(graph, "Function", "ApiFunction");
      expect(inputs).toMatchObject({ memorySize: 1769, runtime: "nodejs22.x", handler: "index.handler" });
      expect(inputs.reservedConcurrentExecutions).toBeUndefined();
      // it runs no model
      expect(one(graph, "Function", "OwnerFunction").inputs.memorySize).toBe(512);
      expect(one(graph, "FunctionUrl", "ApiUrl").inputs).toMatchObject({ authorizationType: "NONE" });
      expect(graph.outputs.classify).toBe("https://apiurl.lambda-url.eu-central-1.on.aws/classify");
      expect(graph.bundles).toEqual({ Api: "dist/lambda/native", Owner: "dist/lambda/owner" });
    },
    breaks: [
      { file: "sst.config.ts", find: "memory: 1769", put: "memory: 512" },
      { file: "sst.config.ts", find: "memory: 1769", put: "memory: 1769, concurrency: 10" },
      { file: "sst.config.ts", find: "classify: $interpolate`${api.url}classify`", put: "classify: owner.url" },
      { file: "infra/api.ts", find: "bundle: settings.engine", put: 'bundle: "web"' },
      { file: "infra/owner.ts", find: "MEGABYTES = 512", put: "MEGABYTES = 10_240" },
    ],
  },
  {
    promise: "takes the other engine by one line of sst.config.ts",
    in: "webEngine",
    holds: (graph) => expect(graph.bundles.Api).toBe("dist/lambda/web"),
    breaks: [{ file: "infra/api.ts", find: "bundle: settings.engine", put: 'bundle: "native"' }],
  },
  {
    promise: "keeps logs for thirty days, and makes every group that it writes to",
    in: "development",
    holds: (graph) => {
      expect(
        all(graph, "LogGroup")
          .map(({ name, inputs }) => [name, inputs.retentionInDays])
          .sort(),
      ).toEqual([
        ["ApiLogs", 30],
        ["CpuTrainingLogGroupCpuTraining", 30],
        ["OwnerLogs", 30],
        ["TrainingImageLogs", 30],
      ]);
      expect(one(graph, "Function", "ApiFunction").inputs.loggingConfig.logGroup).toBe("ApiLogs-0000000");
    },
    breaks: [
      { file: "infra/function.ts", find: "DAYS_OF_LOGS = 30", put: "DAYS_OF_LOGS = 3650" },
      { file: "infra/function.ts", find: "logging: { logGroup: logs.name }", put: "logging: {}" },
      { file: "infra/cpu-task.ts", find: 'retention: "1 month"', put: 'retention: "forever"' },
    ],
  },
  {
    promise: "tells the public function its store and its uploads, and never the owner's token",
    in: "development",
    holds: (graph) => {
      const environment = environmentOf(graph, "ApiFunction");
      expect(environment.WHIPPET_STORE).toBe(graph.outputs.WHIPPET_STORE);
      expect(environment.WHIPPET_PHOTOS).toBe(graph.outputs.WHIPPET_PHOTOS);
      expect(environment).not.toHaveProperty("WHIPPET_TOKEN");
      expect(environment).toMatchObject({
        WHIPPET_ACCESS: "public",
        WHIPPET_FEEDBACK: "",
        WHIPPET_MODEL: "",
        WHIPPET_CORS: "",
      });
      expect(environment).not.toHaveProperty("WHIPPET_FALLBACK_TOKEN");
    },
    breaks: [
      { file: "infra/api.ts", find: "        WHIPPET_STORE: store,\n", put: "" },
      { file: "infra/api.ts", find: "WHIPPET_MODEL:", put: 'WHIPPET_TOKEN: "token", WHIPPET_MODEL:' },
      { file: "infra/api.ts", find: "settings.origins ?? []", put: 'settings.origins ?? ["*"]' },
    ],
  },
  {
    promise: "has no owner's routes before someone sets their token",
    in: "development",
    holds: (graph) => expect(environmentOf(graph, "OwnerFunction").WHIPPET_TOKEN).toBe(""),
    breaks: [
      { file: "infra/owner.ts", find: 'sst.Secret("OwnerToken", "")', put: 'sst.Secret("OwnerToken", "token")' },
    ],
  },
  {
    promise: "hands the owner's function the token that was set, and writes it into no plain state",
    in: "withOptions",
    holds: (graph) =>
      expect(one(graph, "Function", "OwnerFunction").inputs.environment.secret.variables.WHIPPET_TOKEN).toBe(
        "the owner's, as it was set",
      ),
    breaks: [{ file: "infra/owner.ts", find: "WHIPPET_TOKEN: token.value", put: 'WHIPPET_TOKEN: "token"' }],
  },
  {
    promise: "tells the public function whether it keeps feedback, and which model answers",
    in: "withOptions",
    holds: (graph) =>
      expect(environmentOf(graph, "ApiFunction")).toMatchObject({ WHIPPET_FEEDBACK: "1", WHIPPET_MODEL: "dogs" }),
    breaks: [
      { file: "infra/api.ts", find: "        WHIPPET_FEEDBACK:", put: "        FEEDBACK:" },
      { file: "infra/api.ts", find: "        WHIPPET_MODEL:", put: "        MODEL:" },
    ],
  },
  {
    promise:
      "reserves concurrency, puts CloudFront with a domain and a rate rule in front, and names origins, where a stage asks for it",
    in: "withOptions",
    holds: (graph) => {
      expect(one(graph, "Function", "ApiFunction").inputs.reservedConcurrentExecutions).toBe(5);
      expect(one(graph, "Function", "OwnerFunction").inputs.reservedConcurrentExecutions).toBeUndefined();
      expect(environmentOf(graph, "ApiFunction").WHIPPET_CORS).toBe("https://example.org,https://example.net");
      expect(graph.outputs.classify).toBe("https://photos.example.org/classify");
      expect(all(graph, "Distribution").map(({ inputs }) => inputs.aliases)).toEqual([["photos.example.org"]]);
      const [acl] = all(graph, "WebAcl");
      // AWS' own rules refuse bodies over 8 KB
      expect(acl?.inputs.rules).toHaveLength(1);
      expect(acl?.inputs.rules[0].statement.rateBasedStatement.limit).toBe(300);
    },
    breaks: [
      { file: "infra/front.ts", find: "...(domain !== undefined && { domain }),", put: "" },
      { file: "infra/front.ts", find: "coreRuleSet: false", put: "coreRuleSet: true" },
      { file: "infra/front.ts", find: "rateLimitPerIp: requestsPerFiveMinutes", put: "rateLimitPerIp: 100000" },
      { file: "infra/api.ts", find: ", ...(front && { router: { instance: front } })", put: "" },
      { file: "infra/api.ts", find: "concurrency: settings.concurrency", put: "concurrency: undefined" },
      { file: "infra/api.ts", find: "(settings.origins ?? [])", put: "[]" },
    ],
  },
  {
    promise: "has neither CloudFront nor a firewall where no stage asks for them",
    in: "production",
    holds: (graph) => expect([...all(graph, "Distribution"), ...all(graph, "WebAcl")]).toEqual([]),
    breaks: [{ file: "infra/settings.ts", find: "  cloudfront: false,\n", put: "  cloudfront: {},\n" }],
  },
];
