/** An engine whose "models" are a few numbers in JSON, so that tests of serving need no ONNX. It keeps a diary. */
import type { Engine, Session } from "../../shared/engine/engine.ts";

/** What a fake model's file says: the logits are these, plus the tensor's mean in the first. */
export interface FakeModel {
  logits: number[];
  /** The engine refuses it. */
  broken?: boolean;
}

export const fakeModelBytes = (model: FakeModel): Uint8Array => new TextEncoder().encode(JSON.stringify(model));

export interface FakeEngine extends Engine {
  /** `load [1,2]`, `dispose [1,2]` in the order they happened. */
  diary: string[];
  /** Until the returned function is called, runs wait before they answer. */
  holdRuns(): () => void;
  /** The next run fails so. */
  failNext(error: Error): void;
  /** How many runs wait. */
  readonly waiting: number;
  runs: number;
}

export const createFakeEngine = (): FakeEngine => {
  let held: Promise<void> | undefined;
  let failing: Error | undefined;
  const engine: FakeEngine & { waiting: number } = {
    name: "web",
    kind: "web",
    diary: [],
    waiting: 0,
    runs: 0,
    holdRuns() {
      let release = () => {};
      held = new Promise((resolve) => {
        release = resolve;
      });
      return () => {
        held = undefined;
        release();
      };
    },
    failNext(error) {
      failing = error;
    },
    async load({ bytes }): Promise<Session> {
      const { logits, broken } = JSON.parse(new TextDecoder().decode(bytes)) as FakeModel;
      if (broken) throw new Error("the web engine cannot load this model");
      const id = JSON.stringify(logits);
      engine.diary.push(`load ${id}`);
      let disposed = false;
      return {
        async run(tensor, options) {
          engine.waiting++;
          await held;
          engine.waiting--;
          engine.runs++;
          const error = failing;
          failing = undefined;
          if (error) throw error;
          if (disposed) throw new Error(`${id} ran after it was disposed of`);
          const mean = tensor.reduce((sum, value) => sum + value, 0) / tensor.length;
          const output = { logits: Float32Array.from(logits, (logit, i) => (i === 0 ? logit + mean / 100 : logit)) };
          if (!options?.heatmap) return output;
          // each class' map is 2 x 2: 0, 1, 2, 3
          const data = Float32Array.from({ length: (logits.length - 1) * 4 }, (_, i) => i % 4);
          return { ...output, heatmap: { data, classes: logits.length - 1, width: 2, height: 2 } };
        },
        async dispose() {
          disposed = true;
          engine.diary.push(`dispose ${id}`);
        },
      };
    },
  };
  return engine;
};
