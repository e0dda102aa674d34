/** Which tensors of a float model the int8 form holds as uint8. */
import { consumers, initializers, inputName } from "../../shared/onnx/graph.ts";
import type { GraphProto } from "../../shared/onnx/model.ts";
import { copyModel, type Model } from "../../shared/onnx/model.ts";
import { foldClips } from "./fold-clips.ts";
import { hasWeights } from "./operators.ts";

/**
 * All from the input to the outputs of the last layers with weights. What follows those, a handful of numbers per class,
 * stays in float.
 */
export const quantizedTensors = (graph: GraphProto): string[] => {
  const constants = initializers(graph);
  const users = consumers(graph);
  const leads = new Map<string, boolean>();
  /** Whether weights lie somewhere behind the tensor. */
  const leadsToWeights = (name: string): boolean => {
    const seen = leads.get(name);
    if (seen !== undefined) return seen;
    const found = (users.get(name) ?? []).some(
      (node) => hasWeights(node, constants) || node.output.some(leadsToWeights),
    );
    leads.set(name, found);
    return found;
  };
  const made = graph.node.flatMap((node) =>
    node.output.filter((name) => hasWeights(node, constants) || leadsToWeights(name)),
  );
  return [inputName(graph), ...made];
};

/** The tensors whose ranges calibration has to find: those of the int8 form, with nothing left in float. */
export const calibratedTensors = (model: Model): string[] => {
  const { graph } = copyModel(model);
  foldClips(graph, new Set());
  return quantizedTensors(graph);
};
