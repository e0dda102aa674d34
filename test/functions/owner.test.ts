import { beforeEach, describe, expect, it, vi } from "vitest";
import { carriesToken, readToken } from "../../functions/owner/token.ts";
import { AwsError } from "../../shared/jobs/aws-call.ts";
import type { Jobs, TrainingState } from "../../shared/jobs/jobs.ts";
import { Problem } from "../../shared/problem.ts";
import { serve } from "./serving.ts";

const token = "0123456789abcdef";
const id = "20261123-120000-1a2b3c4d";
const owner = { authorization: `Bearer ${token}` };
const state: TrainingState = {
  id,
  model: "dogs",
  device: "gpu",
  state: "running",
  shards: 1,
  created: "2026-11-23T12:00:00.000Z",
};
const jobs = {
  devices: ["gpu"],
  submit: vi.fn<Jobs["submit"]>(),
  describe: vi.fn<Jobs["describe"]>(),
  list: vi.fn<Jobs["list"]>(),
  cancel: vi.fn<Jobs["cancel"]>(),
  log: vi.fn<Jobs["log"]>(),
} satisfies Jobs;
beforeEach(() => {
  for (const method of [jobs.submit, jobs.describe, jobs.list, jobs.cancel, jobs.log]) method.mockReset();
  jobs.submit.mockImplementation(async (job) => job.id);
  jobs.describe.mockResolvedValue(state);
  jobs.list.mockResolvedValue([state]);
  jobs.log.mockResolvedValue({ state, lines: [{ time: 1, text: "hello" }], next: "n" });
});

const places = { store: "s3://models", photos: "s3://photos" };
const whole = await serve({}, { token, trainings: { jobs, ...places } });
const json = (method: string, body: unknown, headers: Record<string, string> = owner): RequestInit => ({
  method,
  headers: { "content-type": "application/json", ...headers },
  body: JSON.stringify(body),
});

const routes: [method: string, path: string][] = [
  ["POST", "/models/letters/promote"],
  ["POST", "/models/letters/rollback"],
  ["POST", "/trainings"],
  ["GET", "/trainings"],
  ["GET", `/trainings/${id}`],
  ["GET", `/trainings/${id}/log`],
  ["DELETE", `/trainings/${id}`],
];

describe.each(routes)("%s %s", (method, path) => {
  it("does not exist where no token is configured", async () => {
    const { app } = await serve();
    expect((await app.request(path, { method, headers: owner })).status).toBe(404);
  });

  it.each<[string, Record<string, string>]>([
    ["no token", {}],
    ["another token", { authorization: "Bearer 0123456789abcdeF" }],
    ["a part of the token", { authorization: `Bearer ${token.slice(0, -1)}` }],
    ["more than the token", { authorization: `Bearer ${token}0` }],
    ["an empty token", { authorization: "Bearer " }],
    ["another scheme", { authorization: `Basic ${token}` }],
  ])("answers 401 to %s, and does nothing", async (_, headers) => {
    const response = await whole.app.request(path, { method, headers });
    expect(response.status).toBe(401);
    expect(response.headers.get("www-authenticate")).toBe("Bearer");
    expect(response.headers.get("content-type")).toBe("application/problem+json");
    for (const called of [jobs.submit, jobs.describe, jobs.list, jobs.cancel, jobs.log])
      expect(called).not.toHaveBeenCalled();
  });
});

describe("trainings", () => {
  it("do not exist where no queue is configured, though promotion does", async () => {
    const { app } = await serve({}, { token });
    expect((await app.request("/trainings", json("POST", {}))).status).toBe(404);
    expect((await app.request("/models/none/rollback", json("POST", {}))).status).toBe(404);
    expect((await app.request("/models/none/rollback", { method: "POST" })).status).toBe(401);
  });

  it("are submitted with what was asked for, and the place of what is computed from these photos", async () => {
    const asked = { name: "dogs", photos: "s3://photos/dogs/", options: { seed: 7, device: "gpu" }, shards: 4 };
    const response = await whole.app.request("/trainings", json("POST", asked));
    expect(response.status).toBe(202);
    const answer = (await response.json()) as { id: string };
    expect(answer).toEqual({ id: expect.any(String), model: "dogs", device: "gpu", shards: 4 });
    expect(response.headers.get("location")).toBe(`/trainings/${answer.id}`);
    expect(jobs.submit.mock.calls).toMatchObject([
      [
        {
          id: answer.id,
          name: "dogs",
          photos: "s3://photos/dogs/",
          store: "s3://models",
          work: expect.stringMatching(/^s3:\/\/photos\/trainings\/[0-9a-f]{32}$/),
          options: { seed: 7, validation: 0.2 },
          shards: 4,
          step: "head",
        },
      ],
    ]);
    await whole.app.request("/trainings", json("POST", { ...asked, name: "again", options: {} }));
    await whole.app.request("/trainings", json("POST", { ...asked, photos: "s3://photos/cats/" }));
    const [first, again, others] = jobs.submit.mock.calls.map(([{ work }]) => work);
    expect(again).toBe(first);
    expect(others).not.toBe(first);
  });

  it("are refused before a machine is rented where they could not read the photos", async () => {
    const reads = ["s3://photos/photos/", "s3://my-photos/dogs/"];
    const { app } = await serve({}, { token, trainings: { jobs, ...places, reads } });
    const post = (photos: string) => app.request("/trainings", json("POST", { name: "dogs", photos }));
    const refused = await post("s3://my-photos/cats/");
    expect(refused.status).toBe(400);
    expect(await refused.json()).toMatchObject({
      title: "Photos out of reach",
      detail: expect.stringMatching(
        /^trainings may not read s3:\/\/my-photos\/cats\/; name its prefix in training\.readsFrom/,
      ),
    });
    expect(jobs.submit).not.toHaveBeenCalled();
    expect((await post("s3://my-photos/dogs/puppies/")).status).toBe(202);
  });

  it.each<[string, unknown, RegExp]>([
    ["no name", { photos: "s3://photos/dogs/" }, /^name is missing/],
    ["a name that leaves its place", { name: "../x", photos: "s3://photos/dogs/" }, /^name is "..\/x": 1 to 63/],
    [
      "photos on the server's own disk",
      { name: "dogs", photos: "file:/etc" },
      /^photos is "file:\/etc": s3:\/\/BUCKET/,
    ],
    ["photos at another endpoint", { name: "dogs", photos: "s3://photos/x/?endpoint=http://evil" }, /^photos is /],
    ["another store", { name: "dogs", photos: "s3://photos/x/", store: "s3://other" }, /store/],
    ["too many shards", { name: "dogs", photos: "s3://photos/x/", shards: 1000 }, /^shards is 1000/],
    ["an option of none", { name: "dogs", photos: "s3://photos/x/", options: { rm: "-rf" } }, /rm/],
    ["a list", [], /^the body is \[\]/],
  ])("are refused with %s", async (_, body, detail) => {
    const response = await whole.app.request("/trainings", json("POST", body));
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ title: "Bad request", detail: expect.stringMatching(detail) });
    expect(jobs.submit).not.toHaveBeenCalled();
  });

  it("are refused when the body is no JSON, or larger than any training's settings", async () => {
    const request = { method: "POST", headers: owner };
    expect((await whole.app.request("/trainings", { ...request, body: "{" })).status).toBe(400);
    expect((await whole.app.request("/trainings", { ...request, body: " ".repeat(20_000) })).status).toBe(413);
  });

  it("are listed, described, followed and cancelled", async () => {
    const get = async (path: string) => (await whole.app.request(path, { headers: owner })).json();
    expect(await get("/trainings")).toEqual({ devices: ["gpu"], trainings: [state] });
    expect(await get(`/trainings/${id}`)).toEqual(state);
    expect(await get(`/trainings/${id}/log?from=n`)).toEqual({ state, lines: [{ time: 1, text: "hello" }], next: "n" });
    expect(jobs.log).toHaveBeenCalledWith(id, "n");
    const cancelled = await whole.app.request(`/trainings/${id}`, { method: "DELETE", headers: owner });
    expect([cancelled.status, await cancelled.json()]).toEqual([202, state]);
    expect(jobs.cancel).toHaveBeenCalledWith(id, expect.any(String));
  });

  it.each(["nonsense", "..%2f..", "20261123-120000-1a2b3c4d*"])("are not asked for by %s", async (strange) => {
    const response = await whole.app.request(`/trainings/${strange}`, { headers: owner });
    expect(response.status).toBe(404);
    expect(jobs.describe).not.toHaveBeenCalled();
  });

  it("say what AWS said, to the owner", async () => {
    jobs.list.mockRejectedValue(new AwsError("batch:ListJobs: these credentials may not batch:ListJobs", undefined));
    const response = await whole.app.request("/trainings", { headers: owner });
    expect([response.status, await response.json()]).toMatchObject([
      503,
      { detail: expect.stringMatching(/may not batch:ListJobs/) },
    ]);
    jobs.describe.mockRejectedValue(new Problem(404, "no training"));
    expect((await whole.app.request(`/trainings/${id}`, { headers: owner })).status).toBe(404);
  });
});

describe("the token", () => {
  it("is absent, or long enough", () => {
    expect([readToken(undefined), readToken(""), readToken(token)]).toEqual([undefined, undefined, token]);
    expect(() => readToken("0123456789abcde")).toThrow(
      "WHIPPET_TOKEN has 15 bytes; it needs 16 or more, so that nobody guesses it; make one with: openssl rand -hex 32",
    );
    expect(() => readToken("sixteen bytes with spaces")).toThrow(/printable ASCII without spaces/);
  });

  it("is compared whole, whatever the case of the scheme", async () => {
    expect(await carriesToken(`bearer ${token}`, token)).toBe(true);
    expect(await carriesToken(`Bearer ${token} ${token}`, token)).toBe(false);
    expect(await carriesToken(undefined, token)).toBe(false);
  });
});
