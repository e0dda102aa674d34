/**
 * Networks of timm as PyTorch's exporters wrote them (exported/export.py), node by node and name by name. Their weights, which
 * the files leave out, are random.
 */
import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { gunzipSync } from "node:zlib";
import { consumers } from "../../shared/onnx/graph.ts";
import { type Model, type NodeProto, readModel, type TensorProto, writeModel } from "../../shared/onnx/model.ts";
import { DataType, dimsOf, tensor } from "../../shared/onnx/tensor.ts";
import { packageRoot } from "../../shared/package-root.ts";
import { random } from "../drawing.ts";

const folder = join(packageRoot, "test/onnx/exported");
const ending = ".onnx.gz";

/** The networks that one of the two exporters wrote, such as `vit.dynamo`. */
export const exportedBy = (exporter: "dynamo" | "torchscript"): string[] =>
  readdirSync(folder)
    .filter((file) => file.endsWith(`.${exporter}${ending}`))
    .map((file) => basename(file, ending));

/** An ONNX file for any number of photos of 64 x 64. */
export const exported = (name: string): Uint8Array => {
  const model = readModel(gunzipSync(readFileSync(join(folder, `${name}${ending}`))));
  fill(model);
  return writeModel(model);
};

const fill = ({ graph }: Model): void => {
  const users = consumers(graph);
  const next = random(graph.node.length);
  graph.initializer = graph.initializer.map((empty) => {
    const dims = dimsOf(empty);
    const count = dims.reduce((product, side) => product * side, 1);
    if (empty.dataType !== DataType.FLOAT || count === 0 || empty.rawData.length > 0) return empty;
    const [around, limit] = spread(empty, dims, users.get(empty.name) ?? []);
    return tensor(
      empty.name,
      dims,
      Float32Array.from({ length: count }, () => around + (2 * next() - 1) * limit),
    );
  });
};

/** Weights that keep the size of numbers about the same, scales around 1, small biases. */
const spread = ({ name }: TensorProto, dims: readonly number[], users: readonly NodeProto[]): [number, number] => {
  const scales = users.some(({ opType, input }) => /Normalization|Mul$/.test(opType) && input[1] === name);
  if (users.some(({ opType }) => opType === "MatMul")) return [0, Math.sqrt(3 / dims[0]!)];
  if (dims.length === 1) return [scales ? 1 : 0, 0.2];
  return [0, Math.sqrt(4.5 / dims.slice(1).reduce((product, side) => product * side, 1))];
};
