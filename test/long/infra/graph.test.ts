/**
 * What a deploy of sst.config.ts would make, evaluated for real, and that every promise about it can be broken: each break
 * is a small edit of the configuration, evaluated again, which must fail the very promise it belongs to.
 */
import { afterAll, describe, expect, it } from "vitest";
import { stopEvaluators } from "../../infra/evaluators.ts";
import type { Change } from "../../infra/project.ts";
import { has } from "../../require.ts";
import { alarms } from "./alarms.ts";
import { buckets } from "./buckets.ts";
import { edge } from "./edge.ts";
import { hosts } from "./hosts.ts";
import { images } from "./images.ts";
import { network } from "./network.ts";
import { privilege } from "./privilege.ts";
import type { Promised, Refused } from "./promise.ts";
import { removal } from "./removal.ts";
import { serving } from "./serving.ts";
import { graphOf } from "./situations.ts";
import { training } from "./training.ts";

afterAll(stopEvaluators);

/** Holds what a deploy of `name` comes to against the promise; with a change in the configuration, one that must be deployable. */
const check = async (promised: Promised | Refused, broken?: Change): Promise<() => void> => {
  const graph = graphOf(promised.in, broken);
  if ("holds" in promised) {
    const made = await graph;
    return () => promised.holds(made);
  }
  const deployed = graph.then(() => "");
  const refusal = await (broken ? deployed : deployed.catch((error: Error) => error.message));
  return () => expect(refusal).toMatch(promised.refuses);
};

const parts: Record<string, readonly (Promised | Refused)[]> = {
  buckets,
  privilege,
  serving,
  hosts,
  network,
  images,
  training,
  alarms,
  removal,
  edge,
};

describe.runIf(has("sst"))("the deploy", () => {
  for (const [part, promises] of Object.entries(parts))
    describe(part, () => {
      for (const promised of promises)
        describe(promised.promise, () => {
          it("holds", async () => (await check(promised))());
          it.concurrent.each(promised.breaks)("fails with `$put` for `$find` in $file", async (broken) => {
            expect(await check(promised, broken)).toThrow();
          });
        });
    });
});
