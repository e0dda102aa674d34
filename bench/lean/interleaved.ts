/** Both engines in turns in one process, so that whatever slows the machine slows both. */
import type { Session } from "../../shared/engine/engine.ts";
import { createLeanNodeEngine } from "../../shared/engine/lean/lean-node.ts";
import { createWebEngine } from "../../shared/engine/web.ts";
import { type FormName, formNames, type Subject } from "./forms.ts";

/** Milliseconds: of the wall clock, and of the process's CPU, which neighbours on a shared machine stretch less. */
export interface Span {
  wall: number;
  cpu: number;
}

export interface Timing {
  form: FormName;
  bytes: number;
  /** From the bytes to a session, the least of a few; lean's with its kernels' compilation, onnxruntime-web started already. */
  ready: Span;
  /** Of a run, the median. */
  run: Span;
}

export const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1]!;

const cpuNow = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

const loads = 5;
const warmUps = 3;

const timed = async <T>(work: () => Promise<T>): Promise<{ result: T; span: Span }> => {
  const [start, cpuStart] = [performance.now(), cpuNow()];
  const result = await work();
  return { result, span: { wall: performance.now() - start, cpu: cpuNow() - cpuStart } };
};

const fold = (spans: readonly Span[], how: (values: readonly number[]) => number): Span => ({
  wall: how(spans.map(({ wall }) => wall)),
  cpu: how(spans.map(({ cpu }) => cpu)),
});

const least = (values: readonly number[]): number => Math.min(...values);

/** lean starts anew with each load; onnxruntime-web starts once in a process. */
const engines = { lean: createLeanNodeEngine, web: createWebEngine };

export const measureInterleaved = async ({ size, photo, forms }: Subject, rounds: number): Promise<Timing[]> => {
  const rows: { form: FormName; session: Session; ready: Span; runs: Span[] }[] = [];
  for (const form of formNames) {
    const create = engines[form.startsWith("lean") ? "lean" : "web"];
    const ready: Span[] = [];
    const load = async (): Promise<Session> => {
      const { result, span } = await timed(async () => (await create()).load({ ...forms[form], size }));
      ready.push(span);
      return result;
    };
    for (let i = 1; i < loads; i++) await (await load()).dispose();
    const session = await load();
    rows.push({ form, session, ready: fold(ready, least), runs: [] });
  }
  for (let round = -warmUps; round < rounds; round++)
    for (const { session, runs } of rows) {
      const { span } = await timed(() => session.run(photo));
      if (round >= 0) runs.push(span);
    }
  for (const { session } of rows) await session.dispose();
  return rows.map(({ form, ready, runs }) => ({
    form,
    bytes: forms[form].bytes.length,
    ready,
    run: fold(runs, median),
  }));
};
