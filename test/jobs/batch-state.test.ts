/** What AWS Batch says of jobs, in our words, where a running queue cannot be made to say it. */
import type { JobDetail } from "@aws-sdk/client-batch";
import { describe, expect, it } from "vitest";
import { stateOf } from "../../shared/jobs/batch-state.ts";

const id = "20261123-120000-1a2b3c4d";
const REASON =
  "MISCONFIGURATION:COMPUTE_ENVIRONMENT_MAX_RESOURCE - CE(s) associated with the job queue cannot meet the CPU requirement of the job.";
const job = (more: Partial<JobDetail>): JobDetail => ({
  jobName: `whippet-${id}`,
  jobId: "1",
  jobQueue: "q",
  jobDefinition: "d",
  startedAt: undefined as unknown as number,
  status: "RUNNABLE",
  ...more,
});

describe("a training that waits for a machine", () => {
  it("says what keeps it from ever getting one", () => {
    expect(stateOf({ id, last: job({}) }, [])).toMatchObject({ state: "starting", detail: "waiting for a machine" });
    expect(stateOf({ id, last: job({ statusReason: REASON }) }, [])).toMatchObject({
      state: "starting",
      detail: `waiting for a machine, ${REASON}`,
    });
  });

  it("says it of a shard as well", () => {
    const features = job({ status: "PENDING", arrayProperties: { size: 2, statusSummary: { RUNNABLE: 2 } } });
    const last = job({ status: "PENDING" });
    expect(stateOf({ id, features, last }, [job({}), job({ statusReason: REASON })]).detail).toContain(REASON);
    expect(stateOf({ id, features, last }, [job({}), job({})]).detail).toBe("waiting for a machine");
  });
});

describe("a training of which only the shards were submitted", () => {
  it("runs as long as they do, and then has failed, whatever they came to", () => {
    const shards = (status: "RUNNING" | "PENDING" | "SUCCEEDED" | "FAILED") =>
      job({ status, arrayProperties: { size: 2, statusSummary: { [status]: 2 } } });
    expect(stateOf({ id, features: shards("RUNNING") }, [])).toMatchObject({ state: "running" });
    expect(stateOf({ id, features: shards("SUCCEEDED") }, [])).toMatchObject({
      state: "failed",
      detail: "the job that trains was never submitted; start it again, the shards' features are there",
      shardsDone: 2,
    });
    expect(stateOf({ id, features: shards("FAILED") }, [])).toMatchObject({ state: "failed" });
  });
});
