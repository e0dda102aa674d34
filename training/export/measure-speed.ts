/** How long one run of each form takes in each engine, measured in turns, so that a busy moment slows all forms alike. */
import type { Engine, EngineKind, Session } from "../../shared/engine/engine.ts";
import type { ModelFile } from "../../shared/manifest.ts";
import { type Form, runsOn } from "./ladder.ts";
import { type Milliseconds, median, processTime, type Stopwatch, timed } from "./stopwatch.ts";

/** Medians of one run, by engine that runs the form. */
export interface Speed {
  /** By the clock, for people. */
  ms: ModelFile["ms"];
  /** Of the processor, for comparisons: other programs on the machine do not decide which form is served. */
  cpuMs: ModelFile["ms"];
}

/** Runs of each form: a web run takes ten times as long as a native one. */
const runs: Record<EngineKind, number> = { native: 15, web: 7 };

/** @param size side of the square input in pixels */
export const measureSpeed = async (
  forms: readonly Form[],
  size: number,
  engines: readonly Engine[],
  now: Stopwatch = processTime,
): Promise<Speed[]> => {
  const speeds = forms.map((form): Speed & { form: Form } => ({ form, ms: {}, cpuMs: {} }));
  for (const engine of engines) {
    const measured = speeds.filter(({ form }) => runsOn(form, engine.kind));
    const times = await runInTurns(
      measured.map(({ form }) => form),
      size,
      engine,
      now,
    );
    for (const [i, { ms, cpuMs }] of measured.entries()) {
      ms[engine.kind] = median(times[i]!.map(({ wall }) => wall));
      cpuMs[engine.kind] = median(times[i]!.map(({ cpu }) => cpu));
    }
  }
  return speeds.map(({ ms, cpuMs }) => ({ ms, cpuMs }));
};

/** @returns the times of each form's runs */
const runInTurns = async (
  forms: readonly Form[],
  size: number,
  engine: Engine,
  now: Stopwatch,
): Promise<Milliseconds[][]> => {
  // Speed does not depend on what a photo shows, but zeros could be a special case somewhere.
  const tensor = Float32Array.from({ length: 3 * size * size }, (_, i) => Math.sin(i / 77));
  const times = forms.map((): Milliseconds[] => []);
  const sessions: Session[] = [];
  try {
    for (const { bytes, precision } of forms) sessions.push(await engine.load({ bytes, precision, size }));
    // The first round warms up caches and compiled code, and is not counted.
    for (let round = -1; round < runs[engine.kind]; round++)
      for (const [i, session] of sessions.entries()) {
        const taken = await timed(now, () => session.run(tensor));
        if (round >= 0) times[i]!.push(taken);
      }
    return times;
  } finally {
    await Promise.all(sessions.map((session) => session.dispose()));
  }
};
