/** The deploys that promises are held against, each evaluated once. */
import type { Graph } from "../../infra/graph.ts";
import { type Change, evaluate, type Situation } from "../../infra/project.ts";

const settings = (put: string): readonly Change[] => [
  { file: "sst.config.ts", find: "  every: {", put: `  every: {${put}` },
];
const training = (put: string): readonly Change[] => [
  { file: "sst.config.ts", find: "training: { on: true", put: `training: { ${put}` },
];

export const situations = {
  development: { stage: "dev" },
  production: { stage: "production" },
  withDocker: { stage: "dev", docker: true },
  withoutTraining: { stage: "dev", changes: training("on: false") },
  dockerMissing: { stage: "dev", changes: training('on: true, build: "docker"') },
  edgeWithoutToken: { stage: "production", changes: settings("edge: true,") },
  edgeOff: { stage: "production", cloudflare: true, changes: settings("edge: false,") },
  withEdge: { stage: "dev", cloudflare: true },
  productionEdge: { stage: "production", cloudflare: true },
  webEngine: {
    stage: "dev",
    changes: [{ file: "sst.config.ts", find: 'engine: "native"', put: 'engine: "web"' }],
  },
  withKeys: { stage: "dev", cloudflare: true, changes: settings('access: "key",') },
  withOptions: {
    stage: "dev",
    cloudflare: true,
    ownerToken: "the owner's, as it was set",
    changes: [
      ...settings(
        'feedback: true, concurrency: 5, email: "owner@example.org", model: "dogs", ' +
          'origins: ["https://example.org", "https://example.net"], ' +
          'cloudfront: { domain: "photos.example.org", requestsPerFiveMinutes: 300 },',
      ),
      ...training('on: true, readsFrom: ["s3://my-photos/dogs/", "s3://my-pictures/"]'),
    ],
  },
} as const satisfies Record<string, Situation>;

export type Name = keyof typeof situations;

const known = new Map<Name, Promise<Graph>>();

/** As the config stands, or with one more change in it. */
export const graphOf = (name: Name, broken?: Change): Promise<Graph> => {
  const situation: Situation = situations[name];
  if (broken) return evaluate({ ...situation, changes: [...(situation.changes ?? []), broken] });
  const graph = known.get(name) ?? evaluate(situation);
  known.set(name, graph);
  return graph;
};
