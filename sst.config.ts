/// <reference path="./.sst/platform/config.d.ts" />
/**
 * The whole deployment: `npx sst deploy --stage production`. Everything here costs next to nothing while nobody uses it;
 * infra/README.md says what each part is, what it costs, and what the deploying role needs.
 */

/** What may be told to a stage; every field is explained in infra/settings.ts. A stage takes what `every` says, then its own. */
const stages = {
  every: {
    engine: "native", // or "web": portable WebAssembly, quicker to start; the README has both measured
    memory: 1769,
    training: { on: true, instanceTypes: ["g4dn.xlarge"], maximumVcpus: 16 },
    budget: { dollarsAMonth: 20 },
  },
  production: { budget: { dollarsAMonth: 100 } },
} satisfies import("./infra/settings.ts").Stages;

export default $config({
  app: (input) => ({
    name: "whippet",
    home: "aws",
    removal: input?.stage === "production" ? "retain" : "remove",
    protect: input?.stage === "production",
    providers: { aws: "7.20.0", command: "1.1.0", "docker-build": "0.0.14", random: "4.16.6" },
  }),

  async run() {
    const { settingsOf } = await import("./infra/settings.ts");
    const { createBuckets } = await import("./infra/buckets.ts");
    const { createTraining } = await import("./infra/training.ts");
    const { createApi } = await import("./infra/api.ts");
    const { createOwner } = await import("./infra/owner.ts");
    const { createFallbackToken } = await import("./infra/fallback-token.ts");
    const { createAlarms } = await import("./infra/alarms.ts");
    const { createEdge } = await import("./infra/edge.ts");

    const settings = settingsOf(stages, $app.stage);
    const buckets = createBuckets(settings);
    const training = createTraining(buckets, settings);
    const fallbackToken = createFallbackToken(settings);
    const api = createApi(buckets, fallbackToken, settings);
    const owner = createOwner(buckets, training, settings);
    const alarms = createAlarms({ functions: { Api: api.function, Owner: owner.function }, training, settings });
    const edge = createEdge({ url: api.url, token: fallbackToken }, settings);

    return {
      url: api.url,
      classify: $interpolate`${api.url}classify`,
      owner: owner.url,
      WHIPPET_STORE: buckets.store,
      WHIPPET_PHOTOS: buckets.photos,
      ...training.outputs,
      ...edge.outputs,
      ...alarms.outputs,
    };
  },
});
