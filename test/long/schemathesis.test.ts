import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type FuzzedServer, startFuzzedServer } from "../fuzz/server.ts";
import { has } from "../require.ts";
import { runSchemathesis } from "../tools/schemathesis.ts";

describe.runIf(has("schemathesis"))("a server with an owner and feedback", () => {
  let server: FuzzedServer;
  beforeAll(async () => {
    server = await startFuzzedServer();
  });

  const check = (options: readonly string[]) =>
    runSchemathesis(`${server.url}/openapi.json`, [
      ...["--checks", "all", "--continue-on-failure", "--request-timeout", "5"],
      // of bytes a schema cannot say which ones are a photo
      ...["--exclude-checks", "positive_data_acceptance"],
      ...["--seed", "1", "--max-examples", "30", "--generation-database", "none"],
      ...options,
    ]);

  it.each([
    ["its owner", true],
    ["anyone", false],
  ])(
    "answers all that its OpenAPI document lets %s ask, and all that it doesn't, as the document says",
    async (_, owner) => {
      const { code, said } = await check(owner ? ["--header", `Authorization: Bearer ${server.doors.token}`] : []);
      expect(said).toMatch(/Operations: +\d{2} selected/);
      expect(code, said).toBe(0);
    },
  );

  afterAll(async () => {
    const log = await server.stop();
    expect(log.split("\n").filter((line) => line.includes('"level":"error"'))).toEqual([]);
  });
});
