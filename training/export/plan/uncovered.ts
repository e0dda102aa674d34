/** Why a graph has no plan: something in it that the lean engine does not run. */
import type { NodeProto } from "../../../shared/onnx/model.ts";
import { describeNode } from "../../../shared/onnx/node.ts";

/** Its message names the operator. */
export class UncoveredError extends Error {
  override readonly name = "UncoveredError";
}

/** @param why what of it is not covered, such as "ceil_mode"; the operator itself where left out */
export const uncovered = (node: NodeProto, why?: string): UncoveredError =>
  new UncoveredError(why === undefined ? describeNode(node) : `${describeNode(node)}: ${why}`);
