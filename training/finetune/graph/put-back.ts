/** Trained numbers in the ONNX model that they were trained in. */
import { copyModel, type Model } from "../../../shared/onnx/model.ts";
import { DataType, dimsOf, tensor } from "../../../shared/onnx/tensor.ts";

/**
 * @param numbers by the initializers' names, as `CompiledGraph.numbers` gives them
 * @returns a copy with these numbers, its nodes unchanged
 * @throws Error for an initializer that there is not, or that holds something else
 */
export const putBack = (model: Model, numbers: ReadonlyMap<string, Float32Array>): Model => {
  const copy = copyModel(model);
  const { graph } = copy;
  const left = new Map(numbers);
  graph.initializer = graph.initializer.map((stored) => {
    const trained = left.get(stored.name);
    if (!trained) return stored;
    left.delete(stored.name);
    const type = stored.dataType as DataType;
    if (type !== DataType.FLOAT)
      throw new Error(`the initializer "${stored.name}" holds ${DataType[type]}; float numbers do not go into it`);
    return tensor(stored.name, dimsOf(stored), trained);
  });
  const [strange] = left.keys();
  if (strange !== undefined)
    throw new Error(`the graph has no initializer "${strange}" to put numbers into; give the model that was trained`);
  return copy;
};
