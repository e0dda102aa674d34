/** The Worker with a plan beside the Worker with ONNX files, seen from outside: workerd's own clock stands still. */
import type { TestHarness } from "wrangler";
import { createWebEngine } from "../../shared/engine/web.ts";
import { createR2Store } from "../../shared/store/r2.ts";
import { draw } from "../../test/drawing.ts";
import { publishModel } from "../../test/functions/publishing.ts";
import { openWatched } from "../memory/open.ts";
import { workerdCpu } from "../workerd-process.ts";
import { type FormName, formNames, type Subject } from "./forms.ts";
import { median } from "./interleaved.ts";

export interface WorkerTiming {
  form: FormName;
  /** Milliseconds of the wall clock from an isolate's first request to its answer, the model read from the local R2. */
  first: number;
  /** CPU milliseconds of workerd for that answer, and for one of a warm isolate. */
  firstCpu: number;
  cpu: number;
  /** Bytes of the engine's memory and of the decoders' beside it. */
  memory: number;
}

const batches = 5;
/** The kernel counts a process's time in hundredths of a second. */
const batch = 10;

/** @param subject lite0, whose input is what `publishModel` publishes */
export const measureWorkerd = async ({ forms }: Subject): Promise<WorkerTiming[]> => {
  const photo = new Uint8Array(await draw("stars", 1, 512, 512).jpeg().toBuffer());
  const workers: { worker: TestHarness; timing: WorkerTiming; cpu: number[] }[] = [];
  const classify = async (worker: TestHarness): Promise<void> => {
    const response = await worker.fetch("/classify", { method: "POST", body: photo });
    if (!response.ok) throw new Error(`the Worker did not classify the photo: ${await response.text()}`);
    await response.arrayBuffer();
  };
  try {
    for (const form of formNames) {
      const { worker, bucket } = await openWatched("edge-onnx");
      await publishModel(createR2Store(bucket, "MODELS"), {
        name: "imagenet",
        labels: Array.from({ length: 1000 }, (_, i) => `class ${i}`),
        ...forms[form],
        engine: await createWebEngine(),
      });
      const timing: WorkerTiming = { form, first: 0, firstCpu: 0, cpu: 0, memory: 0 };
      workers.push({ worker, timing, cpu: [] });
      const [start, cpuStart] = [performance.now(), await workerdCpu()];
      await classify(worker);
      timing.first = performance.now() - start;
      timing.firstCpu = (await workerdCpu()) - cpuStart;
      const sizes = (await (await worker.fetch("/wasm-memories")).json()) as number[];
      timing.memory = sizes.reduce((sum, bytes) => sum + bytes, 0);
    }
    for (let i = -1; i < batches; i++)
      for (const { worker, cpu } of workers) {
        const start = await workerdCpu();
        for (let request = 0; request < batch; request++) await classify(worker);
        if (i >= 0) cpu.push(((await workerdCpu()) - start) / batch);
      }
    return workers.map(({ timing, cpu }) => ({ ...timing, cpu: median(cpu) }));
  } finally {
    for (const { worker } of workers) await worker.close();
  }
};
