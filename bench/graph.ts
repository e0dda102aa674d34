/**
 * `npm run bench:graph [photos] [operators]`: what an ONNX graph costs as TensorFlow.js operations, forward and in a step of
 * training, on each backend present; onnxruntime on one thread beside it. CPU milliseconds a photo, the best of some runs.
 */

import type { Tensor } from "@tensorflow/tfjs";
import * as runtime from "onnxruntime-node";
import { inputName } from "../shared/onnx/graph.ts";
import { type Model, writeModel } from "../shared/onnx/model.ts";
import { integer } from "../shared/onnx/node.ts";
import { hasTfjsNode, loadTfjsNode } from "../test/tools/tfjs-node.ts";
import { catalogue, readBackbone } from "../training/backbone/catalogue.ts";
import { canonicalise } from "../training/export/canonicalise.ts";
import { type CompiledGraph, compileGraph } from "../training/finetune/graph/compile.ts";
import type { GradientKind } from "../training/finetune/graph/gradients/gradients.ts";
import { splitModel } from "../training/finetune/graph/split.ts";
import { loadTensorFlow, type TensorFlow } from "../training/head/tensorflow.ts";

const photos = Number(process.argv[2] ?? 8);
const byOperator = process.argv[3] === "operators";
const runs = 6;
const size = catalogue.lite0.input.size;

const cpu = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

/** CPU milliseconds a photo, of the cheapest run: others had to wait for their memory, or for their neighbours. */
const cost = (work: () => void): string => {
  work();
  let best = Number.POSITIVE_INFINITY;
  for (let run = 0; run < runs; run++) {
    const begun = cpu();
    work();
    best = Math.min(best, cpu() - begun);
  }
  return (best / photos).toFixed(1);
};

const weightsOf = ({ graph }: Model): string[] =>
  graph.initializer.filter(({ dims, dataType }) => dataType === 1 && dims.length > 0).map(({ name }) => name);

const forward = (graph: CompiledGraph, inputs: Record<string, Tensor>, tf: TensorFlow) => (): void => {
  const outputs = graph.run(inputs);
  outputs.logits!.dataSync();
  tf.dispose(outputs);
};

/** A step's cost, and what it keeps of a photo until the way back. */
const step = (model: Model, inputs: Record<string, Tensor>, tf: TensorFlow, gradients: GradientKind): string => {
  const graph = compileGraph(model, { tf, trainable: weightsOf(model), gradients });
  const optimizer = tf.train.sgd(1e-6);
  const variables = [...graph.variables.values()];
  const before = tf.memory().numBytes;
  let most = 0;
  const watch = () => (most = Math.max(most, tf.memory().numBytes - before));
  const loss = () => tf.mean(tf.square(graph.run(inputs, watch).logits!)).asScalar();
  const milliseconds = cost(() => {
    const value = optimizer.minimize(loss, true, variables)!;
    value.dataSync();
    value.dispose();
  });
  graph.dispose();
  return `${milliseconds} ms, ${(most / photos / 1e6).toFixed(0)} MB`;
};

/** CPU milliseconds a photo of each kind of node, dearest first; reading each one's result back counts too. */
const operatorCosts = (graph: CompiledGraph, inputs: Record<string, Tensor>, tf: TensorFlow): string => {
  const costs = new Map<string, number>();
  let last = cpu();
  const outputs = graph.run(inputs, (node, made) => {
    for (const tensor of made) tensor.dataSync();
    const now = cpu();
    const kind = node.opType === "Conv" && integer(node, "group", 1) > 1 ? "Conv by channel" : node.opType;
    costs.set(kind, (costs.get(kind) ?? 0) + now - last);
    last = now;
  });
  tf.dispose(outputs);
  const dearest = [...costs].sort(([, a], [, b]) => b - a).slice(0, 6);
  return dearest.map(([kind, total]) => `${kind} ${(total / photos).toFixed(1)}`).join(", ");
};

const model = await canonicalise((await readBackbone("lite0")).bytes);
const [, { tensor: cut }] = catalogue.lite0.cuts;
const { prefix, suffix } = splitModel(model, [cut]);
const noise = Float32Array.from({ length: photos * 3 * size * size }, (_, at) => Math.sin(at * 12.9898) * 2);

const native = async (of: Model, name: string): Promise<string> => {
  const options = { intraOpNumThreads: 1, logSeverityLevel: 3 } as const;
  const session = await runtime.InferenceSession.create(writeModel(of), options);
  const photo = new runtime.Tensor("float32", noise.slice(0, noise.length / photos), [1, 3, size, size]);
  await session.run({ [name]: photo });
  let best = Number.POSITIVE_INFINITY;
  for (let run = 0; run < runs; run++) {
    const begun = cpu();
    await session.run({ [name]: photo });
    best = Math.min(best, cpu() - begun);
  }
  return best.toFixed(1);
};

const say = (line: string): void => void process.stdout.write(`${line}\n`);
const name = inputName(model.graph);
say(`lite0 at ${size} px, ${photos} photos at once; CPU ms a photo`);
say(`onnxruntime: forward ${await native(model, name)}, of it up to ${cut} ${await native(prefix, name)}`);

const measure = (backend: string, tf: TensorFlow, kinds: readonly GradientKind[]): void => {
  const image = { [name]: tf.tensor(noise, [photos, 3, size, size]) };
  const whole = compileGraph(model, { tf });
  say(`${backend}: forward ${cost(forward(whole, image, tf))}`);
  if (byOperator) say(`  ${operatorCosts(whole, image, tf)}`);
  whole.dispose();
  const before = compileGraph(prefix, { tf });
  const features = before.run(image);
  before.dispose();
  for (const gradients of kinds) {
    say(`  a step over all weights, ${gradients} gradients: ${step(model, image, tf, gradients)}`);
    say(`  a step over the weights after the cut, from features: ${step(suffix, features, tf, gradients)}`);
  }
  tf.dispose([image, features]);
};

measure("WebAssembly", await loadTensorFlow(), ["composed"]);
if (hasTfjsNode()) {
  const tf = loadTfjsNode();
  await tf.setBackend("tensorflow");
  measure("tfjs-node", tf, ["composed", "native"]);
}
