import { expect } from "vitest";
import { all, one } from "../../infra/graph.ts";
import type { Promised } from "./promise.ts";

export const removal: readonly Promised[] = [
  {
    promise: "keeps production's buckets and their contents, whatever `sst remove` is told",
    in: "production",
    holds: (graph) => {
      expect(graph.app).toMatchObject({ removal: "retain", protect: true });
      for (const { inputs, retainOnDelete } of all(graph, "Bucket"))
        expect({ force: inputs.forceDestroy, retainOnDelete }).toEqual({ force: false, retainOnDelete: true });
      expect(one(graph, "Repository", "TrainingImages").inputs.forceDelete).toBe(false);
    },
    breaks: [
      { file: "sst.config.ts", find: '? "retain" : "remove"', put: '? "remove" : "remove"' },
      { file: "sst.config.ts", find: 'protect: input?.stage === "production"', put: "protect: false" },
      { file: "infra/buckets.ts", find: "args.forceDestroy = !kept", put: "args.forceDestroy = true" },
      { file: "infra/image.ts", find: 'forceDelete: $app.removal === "remove"', put: "forceDelete: true" },
    ],
  },
  {
    promise: "leaves nothing behind of any other stage",
    in: "development",
    holds: (graph) => {
      expect(graph.app).toMatchObject({ removal: "remove", protect: false });
      for (const { inputs, retainOnDelete } of all(graph, "Bucket"))
        expect({ force: inputs.forceDestroy, retainOnDelete }).toEqual({ force: true, retainOnDelete: false });
      expect(graph.resources.filter(({ retainOnDelete }) => retainOnDelete)).toEqual([]);
    },
    breaks: [
      { file: "sst.config.ts", find: '? "retain" : "remove"', put: '? "retain" : "retain"' },
      { file: "infra/buckets.ts", find: "args.forceDestroy = !kept", put: "args.forceDestroy = false" },
    ],
  },
];
