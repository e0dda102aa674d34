/** Products of matrices, and of stacks of them. */
import type { Tensor } from "@tensorflow/tfjs";
import { float, integer } from "../../../../shared/onnx/node.ts";
import { broadcast } from "../dims.ts";
import { type OperatorTable, plain } from "../operator.ts";

/** Stacks of equally many matrices, of two whose leading axes broadcast. */
const stacked = (tensor: Tensor, lead: readonly number[]): Tensor => {
  const [rows, columns] = tensor.shape.slice(-2) as [number, number];
  const full = [...lead, rows, columns];
  const ones = Array(full.length - tensor.rank).fill(1);
  const same = tensor.rank === full.length && tensor.shape.every((side, axis) => side === full[axis]);
  const broadcast = same ? tensor : tensor.reshape([...ones, ...tensor.shape]).broadcastTo(full);
  return broadcast.reshape([-1, rows, columns]);
};

export const matrix: OperatorTable = {
  Gemm: {
    inputs: [2, 3],
    attributes: ["alpha", "beta", "transA", "transB"],
    prepare({ node, gradients }) {
      const [alpha, beta] = [float(node, "alpha") ?? 1, float(node, "beta") ?? 1];
      const [transposeA, transposeB] = [integer(node, "transA", 0) === 1, integer(node, "transB", 0) === 1];
      return (inputs) => {
        const turned = (place: number, turn: boolean): Tensor => {
          const tensor = inputs.tensor(place);
          return turn ? tensor.transpose() : tensor;
        };
        const operand = (place: number, turn: boolean) => ({
          tensor: turned(place, turn),
          wanted: inputs.trains(place),
        });
        const product = gradients.product(operand(0, transposeA), operand(1, transposeB));
        const scaled = alpha === 1 ? product : product.mul(alpha);
        if (!inputs.has(2)) return plain(scaled);
        const bias = inputs.tensor(2);
        return plain(scaled.add(beta === 1 ? bias : bias.mul(beta)));
      };
    },
  },
  MatMul: {
    inputs: [2, 2],
    prepare({ gradients }) {
      return (inputs) => {
        const [a, b] = [inputs.tensor(0), inputs.tensor(1)];
        // A vector is a row on the left, a column on the right, and its axis goes again
        const left = a.rank === 1 ? a.expandDims<Tensor>(0) : a;
        const right = b.rank === 1 ? b.expandDims<Tensor>(1) : b;
        const product = (a: Tensor, b: Tensor): Tensor =>
          gradients.product({ tensor: a, wanted: inputs.trains(0) }, { tensor: b, wanted: inputs.trains(1) });
        const [rows, inner, columns] = [left.shape.at(-2)!, left.shape.at(-1)!, right.shape.at(-1)!];
        const lead = broadcast(left.shape.slice(0, -2), right.shape.slice(0, -2));
        // One matrix for all rows: a single product
        const made =
          right.rank === 2
            ? product(left.reshape([-1, inner]), right)
            : product(stacked(left, lead), stacked(right, lead));
        const shape = [...lead, ...(a.rank === 1 ? [] : [rows]), ...(b.rank === 1 ? [] : [columns])];
        return plain(made.reshape(shape));
      };
    },
  },
};
