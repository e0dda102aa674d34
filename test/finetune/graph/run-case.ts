/** A case run by onnxruntime and by the executor, and its gradient beside finite differences. */
import type { Tensor, Variable } from "@tensorflow/tfjs";
import * as runtime from "onnxruntime-node";
import { type Model, writeModel } from "../../../shared/onnx/model.ts";
import { type CompileOptions, compileGraph } from "../../../training/finetune/graph/compile.ts";
import type { Dice } from "../../lean/dice.ts";
import { type Case, caseModel, namedOperands, type Operand } from "./case.ts";

export type Backend = Pick<CompileOptions, "tf" | "gradients">;

const isStored = ({ as }: Operand): boolean => as !== "photo";

/** Of each output. */
export const runReference = async (model: Model, drawn: Case): Promise<Float32Array[]> => {
  const session = await runtime.InferenceSession.create(writeModel(model), {
    intraOpNumThreads: 1,
    logSeverityLevel: 3,
  });
  const feeds = [...namedOperands(drawn)].flatMap(([name, operand]) =>
    isStored(operand)
      ? []
      : [[name, new runtime.Tensor("float32", operand.numbers as Float32Array, operand.dims)] as const],
  );
  const results = await session.run(Object.fromEntries(feeds));
  const numbers = session.outputNames.map((name) => (results[name]!.data as Float32Array).slice());
  await session.release();
  return numbers;
};

/** The largest difference between what the executor and onnxruntime say, of the largest number. */
export const difference = async (opType: string, drawn: Case, { tf, gradients }: Backend): Promise<number> => {
  const model = caseModel(opType, drawn, isStored);
  const expected = await runReference(model, drawn);
  const graph = compileGraph(model, { tf, ...(gradients && { gradients }) });
  const given = [...namedOperands(drawn)].filter(([, operand]) => !isStored(operand));
  const inputs = Object.fromEntries(
    given.map(([name, { numbers, dims }]) => [name, tf.tensor(numbers as Float32Array, [...dims])]),
  );
  const outputs = graph.run(inputs);
  const found = graph.outputs.map((name) => outputs[name]!.dataSync<"float32">());
  for (const tensor of [...Object.values(inputs), ...Object.values(outputs)]) tensor.dispose();
  graph.dispose();
  return Math.max(...expected.map((numbers, at) => relative(found[at]!, numbers)));
};

export const relative = (found: ArrayLike<number>, expected: Float32Array): number => {
  if (found.length !== expected.length) return Number.POSITIVE_INFINITY;
  const largest = expected.reduce((most, number) => Math.max(most, Math.abs(number)), 1e-6);
  const off = expected.reduce(
    (most, number, at) => Math.max(most, Math.abs(number - found[at]!) || Number(Number.isNaN(found[at]!))),
    0,
  );
  return off / largest;
};

/**
 * How far the gradient along a random direction is from the slope that small steps show, of the gradient's length. The loss is
 * the outputs' sum, each number weighted at random; a random part of the smooth operands is trained.
 */
export const gradientError = (opType: string, drawn: Case, { tf, gradients }: Backend, dice: Dice): number => {
  const smooth = [...namedOperands(drawn)].flatMap(([name, operand]) => (operand.smooth ? [name] : []));
  const chosen = smooth.filter(() => dice.chance(0.6));
  const trainable = chosen.length > 0 ? chosen : smooth.slice(0, 1);
  const graph = compileGraph(
    caseModel(opType, drawn, () => true),
    { tf, trainable, ...(gradients && { gradients }) },
  );
  const variables = trainable.map((name) => graph.variables.get(name)!);
  const shapes = graph.outputs.map((name) => {
    const outputs = graph.run({});
    const { shape } = outputs[name]!;
    tf.dispose(outputs);
    return shape;
  });
  const weights = shapes.map((shape) =>
    tf.tensor(
      dice.normals(
        shape.reduce((product, side) => product * side, 1),
        1,
      ),
      shape,
    ),
  );

  const loss = (): Tensor => {
    const outputs = graph.run({});
    return tf.addN(graph.outputs.map((name, at) => outputs[name]!.mul(weights[at]!).sum()));
  };
  /** Summed in doubles. */
  const exactLoss = (): number => {
    const outputs = graph.run({});
    let sum = 0;
    for (const [at, name] of graph.outputs.entries()) {
      const [numbers, factors] = [outputs[name]!.dataSync(), weights[at]!.dataSync()];
      for (let place = 0; place < numbers.length; place++) sum += numbers[place]! * factors[place]!;
    }
    tf.dispose(outputs);
    return sum;
  };

  const { value, grads } = tf.variableGrads(() => loss().asScalar(), variables);
  const found = variables.map(({ name }) => grads[name]!.dataSync<"float32">());
  value.dispose();
  tf.dispose(grads);

  const directions = variables.map(({ size }) => Float32Array.from({ length: size }, () => 2 * dice.next() - 1));
  const starts = variables.map((variable) => variable.dataSync<"float32">().slice());
  const at = (step: number): number => {
    for (const [place, variable] of variables.entries()) move(variable, starts[place]!, directions[place]!, step);
    return exactLoss();
  };
  const move = (variable: Variable, from: Float32Array, along: Float32Array, step: number): void =>
    void tf.tidy(() =>
      variable.assign(
        tf.tensor(
          from.map((number, place) => number + step * along[place]!),
          variable.shape,
        ),
      ),
    );
  const [h, twice] = [0.01, 0.02];
  const slope = (8 * (at(h) - at(-h)) - (at(twice) - at(-twice))) / (12 * h);

  let [along, length] = [0, 0];
  for (const [place, gradient] of found.entries())
    for (const [number, partial] of gradient.entries()) {
      along += partial * directions[place]![number]!;
      length += partial * partial;
    }
  tf.dispose(weights);
  graph.dispose();
  return Math.abs(along - slope) / Math.max(Math.sqrt(length), 0.1);
};
