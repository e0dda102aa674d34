/**
 * The lean engine beside onnxruntime-web, in turns in one process: `npm run bench:lean [lite0|lite2|all]`. Milliseconds of a
 * run (median), as parts of onnxruntime-web's; bytes to ready; megabytes of memory. Calibrated on noise, so only speed means
 * anything.
 */
import type { Engine, Precision, Session } from "../shared/engine/engine.ts";
import { createLeanNodeEngine } from "../shared/engine/lean/lean-node.ts";
import { createWebEngine } from "../shared/engine/web.ts";
import { type BackboneName, catalogue, readBackbone } from "../training/backbone/catalogue.ts";
import { readBackboneHead } from "../training/export/backbone-head.ts";
import { calibrate } from "../training/export/calibrate.ts";
import { buildFloatModel } from "../training/export/float-model.ts";
import { optimiseAhead } from "../training/export/optimise-ahead.ts";
import { compilePlan } from "../training/export/plan/compile.ts";
import { quantize } from "../training/export/quantize.ts";

const rounds = 25;

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1]!;

interface Row {
  name: string;
  session: Session;
  bytes: number;
  ready: number[];
  run: number[];
}

const measure = async (name: BackboneName): Promise<void> => {
  const { input, cuts, imagenetHead } = catalogue[name];
  const { size } = input;
  const photo = Float32Array.from({ length: 3 * size * size }, (_, i) => Math.sin(i / 77) * Math.cos(i / 1011));
  const backbone = (await readBackbone(name)).bytes;
  const head = await readBackboneHead(backbone, imagenetHead);
  const float = await buildFloatModel({ backbone, cuts: [cuts[0]], head });
  const statistics = await calibrate({ model: float, size, photos: [photo] });
  const int8 = await optimiseAhead(quantize({ model: float, statistics }));
  const [lean, web] = [await createLeanNodeEngine(), await createWebEngine()];
  const forms: [string, Engine, Uint8Array, Precision][] = [
    ["lean int8", lean, await compilePlan(int8), "int8"],
    ["lean fp32", lean, await compilePlan(float), "float32"],
    ["web int8", web, int8, "int8"],
    ["web fp32", web, float, "float32"],
  ];
  const rows: Row[] = [];
  for (const [form, engine, bytes, precision] of forms) {
    const ready: number[] = [];
    for (let i = 0; i < 3; i++) {
      const start = performance.now();
      const session = await engine.load({ bytes, precision, size });
      ready.push(performance.now() - start);
      if (i === 2) rows.push({ name: form, session, bytes: bytes.length, ready, run: [] });
      else await session.dispose();
    }
  }
  for (let round = -3; round < rounds; round++)
    for (const { session, run } of rows) {
      const start = performance.now();
      await session.run(photo);
      if (round >= 0) run.push(performance.now() - start);
    }
  const [leanInt8, leanFloat, webInt8, webFloat] = rows.map(({ run }) => median(run)) as [
    number,
    number,
    number,
    number,
  ];
  for (const { name: form, bytes, ready, run } of rows)
    process.stdout.write(
      `${name} ${form}  ${(bytes / 1e6).toFixed(2).padStart(6)} MB  ready ${median(ready).toFixed(1).padStart(6)} ms  ` +
        `run ${median(run).toFixed(1).padStart(6)} ms\n`,
    );
  process.stdout.write(
    `${name} lean int8: ${(leanInt8 / webInt8).toFixed(2)} of web int8, ${(leanInt8 / webFloat).toFixed(2)} of web fp32; ` +
      `lean fp32: ${(leanFloat / webFloat).toFixed(2)} of web fp32\n`,
  );
};

const wanted = process.argv[2] ?? "lite0";
for (const name of wanted === "all"
  ? (["lite0", "lite2"] as const)
  : ([wanted === "lite2" ? "lite2" : "lite0"] as const))
  await measure(name);
