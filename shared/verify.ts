/**
 * Holds a live URL against the probes of a published model: each photo is posted with `trace=1`, and the verdict names the
 * first stage at which the answer differs from what the model gave where it was made.
 */
import { z } from "zod";
import { engineNames } from "./engine/engine.ts";
import type { Manifest } from "./manifest.ts";
import type { Probe } from "./probe.ts";
import { type Call, UnverifiableError } from "./verify/call.ts";
import { compareProbe, type Difference, kindOf, largestShift } from "./verify/compare.ts";
import type { ProbeSource } from "./verify/source.ts";

export { type Call, createCall, type Unverifiable, UnverifiableError } from "./verify/call.ts";
export { compareProbe, type Difference, type Stage } from "./verify/compare.ts";
export { type ProbeSource, probesFromStore, probesFromUrl } from "./verify/source.ts";

export interface Verdict {
  /** The probe's photo. */
  file: string;
  /** What differs; absent when nothing does. */
  difference?: Difference;
  /** Largest absolute difference of a logit from what was expected; absent when there are none to compare. */
  shift?: number;
}

export interface Verification {
  model: string;
  version: string;
  engine: string;
  passed: boolean;
  verdicts: Verdict[];
}

export interface VerifyOptions {
  /** `createCall(url)`. */
  call: Call;
  source: ProbeSource;
  onProgress?: (done: number, all: number, verdict: Verdict) => void;
}

const prediction = z.object({ label: z.string(), score: z.number() });

const answerSchema = z.object({
  model: z.string(),
  version: z.string(),
  predictions: z.array(prediction).min(1),
  labels: z.array(prediction).exactOptional(),
  trace: z.object({
    decoded: z.string(),
    tensor: z.string(),
    logits: z.array(z.number()),
    engine: z.enum(engineNames),
  }),
});

/** The statuses with which a server says that it cannot read a photo. */
const UNREADABLE = [400, 413, 415, 422];

/** A published probe photo is readable where the model was made, so a server that refuses it decodes differently. */
const refusedPhoto = async (response: Response): Promise<Difference> => ({
  stage: "decode",
  detail: `the photo was refused with ${response.status}: ${await response.text()}`,
});

const requireVersion = (answer: z.infer<typeof answerSchema>, { name, version }: Manifest): void => {
  if (answer.model === name && answer.version === version) return;
  throw new UnverifiableError(
    "wrong-version",
    `${answer.model} ${answer.version} answers there, the probes are ${name} ${version}'s; wait for the new version to be seen, promote it there, or verify against the store it serves`,
  );
};

/**
 * @throws UnverifiableError when the URL is unreachable, is no Whippet, refuses, or serves another version
 * @throws the signal's reason when the call's signal is aborted
 */
export const verify = async ({ call, source, onProgress }: VerifyOptions): Promise<Verification> => {
  const { manifest, probes } = source;
  const path = `/classify?model=${encodeURIComponent(manifest.name)}&trace=1`;
  const verdicts: Verdict[] = [];
  let engine = "unknown";

  const verdictOn = async (probe: Probe): Promise<Verdict> => {
    const { file } = probe;
    const response = await call(path, {
      method: "POST",
      headers: { "content-type": "application/octet-stream" },
      body: (await source.photo(file)) as Uint8Array<ArrayBuffer>,
      accept: ({ status }) => UNREADABLE.includes(status),
    });
    if (!response.ok) return { file, difference: await refusedPhoto(response) };
    const parsed = answerSchema.safeParse(await response.json().catch(() => undefined));
    if (!parsed.success)
      throw new UnverifiableError(
        "not-whippet",
        `POST ${path} is not answered as Whippet does: ${z.prettifyError(parsed.error)}`,
      );
    requireVersion(parsed.data, manifest);
    const { trace } = parsed.data;
    engine = trace.engine;
    const difference = compareProbe(parsed.data, probe, probes.tolerance, manifest);
    const shift = largestShift(trace.logits, probe.logits[kindOf(trace.engine)]);
    return { file, ...(difference && { difference }), ...(Number.isNaN(shift) ? {} : { shift }) };
  };

  for (const probe of probes.probes) {
    const verdict = await verdictOn(probe);
    verdicts.push(verdict);
    onProgress?.(verdicts.length, probes.probes.length, verdict);
  }
  const passed = verdicts.every(({ difference }) => difference === undefined);
  return { model: manifest.name, version: manifest.version, engine, passed, verdicts };
};
