import { describe, expect, it } from "vitest";
import { settingsOf } from "../../infra/settings.ts";

describe("the settings of a stage", () => {
  it("are the defaults, then every stage's, then its own", () => {
    const stages = {
      every: { memory: 2048, training: { maximumVcpus: 32 } },
      production: { budget: { dollarsAMonth: 100 }, training: { hours: 2 } },
    };
    expect(settingsOf(stages, "production")).toMatchObject({
      engine: "native",
      memory: 2048,
      budget: { dollarsAMonth: 100 },
      training: { on: true, maximumVcpus: 32, hours: 2, instanceTypes: ["g4dn.xlarge"] },
    });
    expect(settingsOf(stages, "dev")).toMatchObject({ budget: { dollarsAMonth: 20 }, training: { hours: 6 } });
  });

  it("reserve no concurrency, and put nothing in front, unless told to", () => {
    const settings = settingsOf({ every: {} }, "dev");
    expect(settings.concurrency).toBeUndefined();
    expect(settings.cloudfront).toBe(false);
  });

  it.each([
    [{ memory: 64 }, "sst.config.ts: memory is 64; make it 128 to 10240 megabytes"],
    [{ seconds: 1000 }, "sst.config.ts: seconds is 1000; make it 1 to 900"],
    [{ training: { maximumVcpus: 2 } }, "sst.config.ts: training.maximumVcpus is 2; make it 4 or more"],
  ])("refuse %j, with the fix", (every, message) => expect(() => settingsOf({ every }, "dev")).toThrow(message));
});
