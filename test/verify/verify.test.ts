import { beforeEach, describe, expect, it } from "vitest";
import type { Answer } from "../../shared/classifier/classifier.ts";
import { calibrate } from "../../shared/classifier/scores.ts";
import { publish, readCurrent, readFile, readProbes } from "../../shared/registry.ts";
import type { Store } from "../../shared/store/store.ts";
import { createCall, probesFromStore, probesFromUrl, verify } from "../../shared/verify.ts";
import { modelOf, steppingClock } from "../registry/model.ts";
import { createMemoryStore } from "../store/memory.ts";

const url = "https://dogs.example/api/";
let store: Store;
beforeEach(async () => {
  store = createMemoryStore();
  await publish(store, { ...(await modelOf("one")), clock: steppingClock() });
});

type Traced = Answer & { trace: NonNullable<Answer["trace"]> };

/** A server that serves `store` and answers each probe as expected, but for what `breakIt` changes in the answer or puts in its place. */
const server = (breakIt: (answer: Traced) => unknown = () => undefined): typeof fetch => {
  return async (input, init) => {
    const { pathname, searchParams } = new URL(String(input));
    const path = pathname.replace(/^\/api/, "");
    const { manifest } = await readCurrent(store, "dogs");
    if (path === "/models") return Response.json({ default: "dogs", models: [] });
    if (path === "/models/dogs") return Response.json(manifest);
    const [, file] = /^\/models\/dogs\/[^/]+\/files\/(.+)$/.exec(path) ?? [];
    if (file !== undefined) return new Response((await readFile(store, manifest, file)) as Uint8Array<ArrayBuffer>);
    if (path !== "/classify" || init?.method !== "POST" || searchParams.get("trace") !== "1")
      return Response.json({ detail: "no such route" }, { status: 404 });
    const [probe] = (await readProbes(store, manifest)).probes;
    const logits = probe!.logits.web;
    const [a, b] = calibrate(logits, manifest) as unknown as [number, number];
    const answer: Traced = {
      model: "dogs",
      version: manifest.version,
      predictions: [
        { label: "b", score: b },
        { label: "a", score: a },
      ],
      unknown: false,
      trace: { decoded: probe!.decoded, tensor: probe!.tensor, logits: [...logits], engine: "web" },
    };
    const broken = breakIt(answer) ?? answer;
    return broken instanceof Response ? broken : Response.json(broken);
  };
};

const verifyAgainst = async (fetch: typeof globalThis.fetch, signal?: AbortSignal) =>
  verify({ call: createCall(url, { fetch, signal }), source: await probesFromStore(store, "dogs") });

describe("verify", () => {
  it("passes a server that computes what was computed where the model was made", async () => {
    const { passed, verdicts, engine, model } = await verifyAgainst(server());
    expect({ passed, engine, model }).toEqual({ passed: true, engine: "web", model: "dogs" });
    expect(verdicts).toEqual([{ file: "upright.jpg", shift: 0 }]);
  });

  it("passes a difference within the engine's tolerance, and only on that engine", async () => {
    const shifted = (engine: "native" | "workerd" | "lean") => (answer: Traced) => {
      answer.trace = { ...answer.trace, engine, logits: [1.05, 2] };
      const [a, b] = calibrate(answer.trace.logits, { task: "single-label", temperature: 1.5 });
      return {
        ...answer,
        predictions: [
          { label: "b", score: b },
          { label: "a", score: a },
        ],
      };
    };
    expect(await verifyAgainst(server(shifted("native")))).toMatchObject({ passed: true, engine: "native" });
    for (const engine of ["workerd", "lean"] as const) {
      const { verdicts } = await verifyAgainst(server(shifted(engine)));
      expect(verdicts[0]!.difference).toMatchObject({ stage: "engine", detail: expect.stringContaining("0.001") });
      expect(verdicts[0]!.shift).toBeCloseTo(0.05);
    }
  });

  const breaks: [string, string, (answer: Traced) => unknown][] = [
    ["decoded pixels", "decode", (answer) => void (answer.trace.decoded = "f".repeat(64))],
    ["a photo refused as damaged", "decode", () => Response.json({ detail: "damaged" }, { status: 400 })],
    ["the tensor", "pixels", (answer) => void (answer.trace.tensor = "f".repeat(64))],
    ["a logit", "engine", (answer) => void (answer.trace.logits[0]! += 0.2)],
    ["the order of logits", "engine", (answer) => void answer.trace.logits.reverse()],
    ["the number of logits", "engine", (answer) => void answer.trace.logits.push(0)],
    ["the temperature", "calibration", (answer) => void (answer.predictions[0]!.score += 0.01)],
    ["labels", "calibration", (answer) => void (answer.predictions[0]!.label = "c")],
    ["the order of predictions", "calibration", (answer) => void answer.predictions.reverse()],
  ];
  it.each(breaks)("names the stage when a server changes %s: %s", async (_, stage, change) => {
    const { passed, verdicts } = await verifyAgainst(server(change));
    expect(passed).toBe(false);
    expect(verdicts[0]!.difference?.stage).toBe(stage);
  });

  it("names the earliest stage when several differ", async () => {
    const { verdicts } = await verifyAgainst(
      server((answer) => ({ ...answer, trace: { ...answer.trace, tensor: "f".repeat(64), logits: [9, 9] } })),
    );
    expect(verdicts[0]!.difference?.stage).toBe("pixels");
  });

  it.each([
    [
      "unreachable",
      () => {
        throw new TypeError("fetch failed", { cause: new Error("connect ECONNREFUSED 127.0.0.1:8787") });
      },
      "connect ECONNREFUSED",
    ],
    ["not-whippet", () => new Response("<h1>nginx</h1>"), "not answered as Whippet does"],
    ["not-whippet", () => new Response("<h1>gone</h1>", { status: 404 }), "answered 404"],
    ["not-whippet", (answer: Traced) => ({ ...answer, trace: undefined }), "trace"],
    [
      "wrong-version",
      (answer: Traced) => ({ ...answer, version: "20250101T000000Z-aaaaaaaaaaaa" }),
      "20250101T000000Z",
    ],
    [
      "unauthorized",
      () =>
        new Response(JSON.stringify({ detail: "send a key" }), {
          status: 401,
          headers: { "content-type": "application/problem+json" },
        }),
      "401: send a key; verify asks with none: set WHIPPET_KEY",
    ],
  ])("says %s, and why", async (kind, change, words) => {
    await expect(verifyAgainst(server(change))).rejects.toMatchObject({
      kind,
      message: expect.stringContaining(words),
    });
  });

  it("shows its key to a server that answers to keys alone", async () => {
    const open = server();
    const keyed: typeof fetch = async (input, init) =>
      new Headers(init?.headers).get("authorization") === "Bearer whip_key"
        ? open(input, init)
        : new Response("{}", { status: 401, headers: { "content-type": "application/problem+json" } });
    const source = await probesFromStore(store, "dogs");
    const by = (key: string) => verify({ call: createCall(url, { fetch: keyed, key }), source });
    expect(await by("whip_key")).toMatchObject({ passed: true });
    await expect(by("whip_other")).rejects.toMatchObject({
      kind: "unauthorized",
      message: expect.stringContaining("verify asks with the one in WHIPPET_KEY"),
    });
  });

  it("stops when it is aborted", async () => {
    const stop = new AbortController();
    const stopping = server(() => void stop.abort(new Error("enough")));
    await verifyAgainst(stopping, stop.signal);
    await expect(
      verifyAgainst(async (_, init) => {
        init?.signal?.throwIfAborted();
        return new Response();
      }, stop.signal),
    ).rejects.toThrow("enough");
  });
});

describe("probes from the URL itself", () => {
  it("are those of the model that it serves by default, or of the one named", async () => {
    const call = createCall(url, { fetch: server() });
    for (const source of [await probesFromUrl(call), await probesFromUrl(call, "dogs")]) {
      expect(source.manifest).toEqual((await readCurrent(store, "dogs")).manifest);
      expect(await verify({ call, source })).toMatchObject({ passed: true });
    }
  });

  it("are refused when they are not what the manifest says", async () => {
    const honest = server();
    const lying: typeof fetch = async (input, init) =>
      String(input).endsWith("upright.jpg") ? new Response("another photo") : honest(input, init);
    const call = createCall(url, { fetch: lying });
    await expect(verify({ call, source: await probesFromUrl(call) })).rejects.toThrow("upright.jpg is damaged");
  });
});
