import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { readPointer } from "../../shared/registry.ts";
import { createFileStore } from "../../shared/store/file.ts";
import { endCommands, runCommand, runForData } from "../e2e/command.ts";
import { temporaryFolder } from "../e2e/folders.ts";
import { publishFake } from "../functions/publishing.ts";

const { home, remove } = await temporaryFolder("promote");
afterAll(async () => {
  endCommands();
  await remove();
});

const store = createFileStore(join(home, "store"));
const first = await publishFake(store, { logits: [1, 2] });
const second = await publishFake(store, { logits: [2, 1], promote: false });
const options = { cwd: home, env: { WHIPPET_STORE: `file:${join(home, "store")}` } };
const pointer = async () => (await readPointer(store, "letters"))!.pointer;

describe("whippet promote --share", () => {
  it("tries a version on a share of the requests, says so, and how to go on", async () => {
    const { code, stdout, stderr } = await runCommand(["promote", "letters", second, "--share", "10%"], options);
    expect([code, stdout]).toEqual([0, ""]);
    expect(stderr).toContain(`${second} of letters is tried on 10.0% of the requests.`);
    expect(stderr).toContain("For good: npx whippet promote letters");
    expect(await pointer()).toMatchObject({ version: first, candidate: { version: second, share: 0.1 } });
    expect((await runCommand(["models", "letters"], options)).stdout).toContain("tried on 10.0%");
  });

  it("is data for scripts", async () => {
    const tried = await runForData(["promote", "letters", second, "--share", "12.5%"], options);
    expect(tried).toEqual({ model: "letters", version: second, share: 0.125 });
    expect((await pointer()).candidate?.share).toBe(0.125);
  });

  it.each(["0%", "100%", "10", "-5%", "ten"])("refuses %s, and changes nothing", async (share) => {
    const before = await pointer();
    const { code, stderr } = await runCommand(["promote", "letters", second, `--share=${share}`], options);
    expect(code).toBe(2);
    expect(stderr).toContain("a percentage above 0% and below 100%");
    expect(await pointer()).toEqual(before);
  });

  it("ends by promoting the candidate, which need not be named, or by a rollback", async () => {
    expect(await runForData(["rollback", "letters"], options)).toMatchObject({ version: first });
    expect((await pointer()).candidate).toBeUndefined();
    await runForData(["promote", "letters", second, "--share", "10%"], options);
    expect(await runForData(["promote", "letters"], options)).toEqual({ model: "letters", version: second });
    expect(await pointer()).toMatchObject({ version: second, previous: first });
    expect((await pointer()).candidate).toBeUndefined();
  });
});
