/**
 * What a deploy of sst.config.ts would make, evaluated for real, and that every promise about it can be broken: each break
 * is a small edit of the configuration, evaluated again, which must fail the very promise it belongs to.
 */
import { afterAll, describe, expect, it } from "vitest";
import { stopEvaluators } from "../../infra/evaluators.ts";
import { has } from "../../require.ts";
import { alarms } from "./alarms.ts";
import { buckets } from "./buckets.ts";
import { edge } from "./edge.ts";
import { privilege } from "./privilege.ts";
import { removal } from "./removal.ts";
import { serving } from "./serving.ts";
import { graphOf } from "./situations.ts";
import { training } from "./training.ts";

afterAll(stopEvaluators);

const parts = { buckets, privilege, serving, training, alarms, removal, edge };

describe.runIf(has("sst"))("the deploy", () => {
  for (const [part, promises] of Object.entries(parts))
    describe(part, () => {
      for (const { promise, holds, breaks, ...promised } of promises)
        describe(promise, () => {
          it("holds", async () => holds(await graphOf(promised.in)));
          it.concurrent.each(breaks)("fails with `$put` for `$find` in $file", async (broken) => {
            const graph = await graphOf(promised.in, broken);
            expect(() => holds(graph)).toThrow();
          });
        });
    });
});
