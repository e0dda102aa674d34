/** How long one run of each form takes in each engine, measured in turns, so that a busy moment slows all forms alike. */
import type { Engine, EngineKind } from "../../shared/engine/engine.ts";
import type { ModelFile } from "../../shared/manifest.ts";
import { type Form, runsOn } from "./ladder.ts";

export interface Speed {
  /** Median milliseconds of one run, by engine that runs the form. */
  ms: ModelFile["ms"];
}

/** Runs of each form: a web run takes ten times as long as a native one. */
const runs: Record<EngineKind, number> = { native: 15, web: 7 };

/** @param size side of the square input in pixels */
export const measureSpeed = async (
  forms: readonly Form[],
  size: number,
  engines: readonly Engine[],
): Promise<Speed[]> => {
  const speeds = forms.map((form): Speed & { form: Form } => ({ form, ms: {} }));
  // Speed does not depend on what a photo shows, but zeros could be a special case somewhere.
  const tensor = Float32Array.from({ length: 3 * size * size }, (_, i) => Math.sin(i / 77));
  for (const engine of engines) {
    const measured = speeds.filter(({ form }) => runsOn(form, engine.kind));
    const sessions = await Promise.all(
      measured.map(({ form: { bytes, precision } }) => engine.load({ bytes, precision, size })),
    );
    const times = measured.map((): number[] => []);
    // The first round warms up caches and compiled code, and is not counted.
    for (let round = -1; round < runs[engine.kind]; round++)
      for (const [i, session] of sessions.entries()) {
        const start = performance.now();
        await session.run(tensor);
        if (round >= 0) times[i]!.push(performance.now() - start);
      }
    await Promise.all(sessions.map((session) => session.dispose()));
    for (const [i, { ms }] of measured.entries()) ms[engine.kind] = median(times[i]!);
  }
  return speeds.map(({ ms }) => ({ ms }));
};

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1]!;
