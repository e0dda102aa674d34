import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Engine } from "../../shared/engine/engine.ts";
import { createNativeEngine } from "../../shared/engine/native.ts";
import { createWebEngine } from "../../shared/engine/web.ts";
import { packageRoot } from "../../shared/package-root.ts";
import { random } from "../drawing.ts";

const backbone = async () => ({
  bytes: new Uint8Array(await readFile(join(packageRoot, "models/efficientnet-lite0.fp16.onnx"))),
  precision: "float16" as const,
  size: 224,
});

const noise = () => {
  const next = random(1);
  return Float32Array.from({ length: 3 * 224 * 224 }, () => 2 * next() - 1);
};

describe.each<[string, () => Promise<Engine>]>([
  ["native", createNativeEngine],
  ["web", createWebEngine],
])("the %s engine", (name, create) => {
  it("answers with 1000 logits, the same each time", async () => {
    const engine = await create();
    const session = await engine.load(await backbone());
    const first = await session.run(noise());
    const second = await session.run(noise(), { heatmap: true });
    await session.dispose();
    expect(first.logits).toHaveLength(1000);
    expect(second).toEqual(first);
  });

  it("refuses bytes that are no model, naming itself", async () => {
    const engine = await create();
    const model = { bytes: new Uint8Array(100), precision: "int8" as const, size: 224 };
    await expect(engine.load(model)).rejects.toThrow(`the ${name} engine cannot load this int8 model (100 bytes)`);
  });
});

it("gives the same logits natively and in WebAssembly, within 1e-4", async () => {
  const [native, web] = await Promise.all(
    [await createNativeEngine(), await createWebEngine()].map(async (engine) => {
      const session = await engine.load(await backbone());
      const { logits } = await session.run(noise());
      await session.dispose();
      return logits;
    }),
  );
  const difference = Math.max(...native!.map((value, i) => Math.abs(value - web![i]!)));
  expect(difference).toBeLessThan(1e-4);
});
