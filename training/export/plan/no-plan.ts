/** Why a graph has no plan. */
import type { PlanRefusedError } from "../../../shared/engine/lean/refusal.ts";
import type { NodeProto } from "../../../shared/onnx/model.ts";
import { describeNode } from "../../../shared/onnx/node.ts";

/** Its message is a clause of the note that the manifest gets: the model is served as ONNX. */
export class NoPlanError extends Error {
  override readonly name = "NoPlanError";
}

/** @param what the operator, or what else of the graph the lean engine does not run */
export const uncoveredGraph = (what: string): NoPlanError => new NoPlanError(`the lean engine does not run ${what}`);

/** @param why what of it is not covered, such as "ceil_mode"; the operator itself where left out */
export const uncovered = (node: NodeProto, why?: string): NoPlanError =>
  uncoveredGraph(why === undefined ? describeNode(node) : `${describeNode(node)}: ${why}`);

/** Of a plan that the engine would not load. */
export const unloadable = (cause: PlanRefusedError): NoPlanError =>
  new NoPlanError(
    cause.tooLarge ? `it is too large for the lean engine: ${cause.why}` : `the lean engine refuses it: ${cause.why}`,
    { cause },
  );
