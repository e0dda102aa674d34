/**
 * Milliseconds of one run per engine and form of a published model's kind, measured in turns, with the CPU time beside the
 * wall time: `node bench/engine.ts [lite0|lite2]`. Calibrated on noise, so only its speed means anything.
 */
import type { Engine } from "../shared/engine/engine.ts";
import { createNativeEngine } from "../shared/engine/native.ts";
import { createWebEngine } from "../shared/engine/web.ts";
import { catalogue, readBackbone } from "../training/backbone/catalogue.ts";
import { readBackboneHead, sliceHead } from "../training/export/backbone-head.ts";
import { calibrate } from "../training/export/calibrate.ts";
import { buildFloatModel } from "../training/export/float-model.ts";
import { buildLadder, type Form } from "../training/export/ladder.ts";

const name = process.argv[2] === "lite2" ? "lite2" : "lite0";
const rounds = { native: 30, web: 10 };

const { input, cuts, imagenetHead } = catalogue[name];
const { size } = input;
const noise = Float32Array.from({ length: 3 * size * size }, (_, i) => Math.sin(i / 77));
const backbone = (await readBackbone(name)).bytes;
const breeds = Array.from({ length: 10 }, (_, i) => 151 + i);
const head = sliceHead(await readBackboneHead(backbone, imagenetHead), breeds);
const model = await buildFloatModel({ backbone, cuts: [cuts[0]], head });
const rungs = buildLadder(model, await calibrate({ model, size, photos: [noise] }));
const wanted = ["int8", "int8-weights", "float16"];
const forms: Form[] = [
  { name: "float32", precision: "float32", bytes: model },
  ...(await Promise.all(rungs.filter((rung) => wanted.includes(rung.name)).map((rung) => rung.build()))),
];

const median = (values: readonly number[]): string =>
  [...values]
    .sort((a, b) => a - b)
    [values.length >> 1]!.toFixed(1)
    .padStart(8);

const measure = async (engine: Engine): Promise<void> => {
  const rows = [];
  for (const form of forms) {
    const start = performance.now();
    const session = await engine.load({ ...form, size });
    rows.push({ form, session, load: performance.now() - start, wall: [] as number[], cpu: [] as number[] });
  }
  for (let round = -1; round < rounds[engine.kind]; round++)
    for (const { session, wall, cpu } of rows) {
      const [start, before] = [performance.now(), process.cpuUsage()];
      await session.run(noise);
      const { user, system } = process.cpuUsage(before);
      if (round < 0) continue;
      wall.push(performance.now() - start);
      cpu.push((user + system) / 1000);
    }
  for (const { form, session, load, wall, cpu } of rows) {
    const megabytes = (form.bytes.length / 1e6).toFixed(2).padStart(6);
    process.stdout.write(
      `${engine.name.padEnd(7)} ${form.name.padEnd(13)} ${megabytes} MB  load ${median([load])} ms  ` +
        `run ${median(wall)} ms  cpu ${median(cpu)} ms\n`,
    );
    await session.dispose();
  }
};

for (const engine of [await createNativeEngine(), await createWebEngine()]) await measure(engine);
