/** Foreign ONNX graphs in one plain form: standard operators, no batch normalisation left of maps, weights in fp32. */
import { initializers, inputName } from "../../shared/onnx/graph.ts";
import { type Model, readModel } from "../../shared/onnx/model.ts";
import { lowerNormalisation } from "./lower-normalisation.ts";
import { checkOperators, hasWeights } from "./operators.ts";
import { rewrite } from "./rewrite.ts";

/**
 * Weights stored in half precision come out as fp32, since ONNX Runtime folds their casts.
 * @throws Error naming what ONNX Runtime refused and the fix
 */
export const canonicalise = async (bytes: Uint8Array): Promise<Model> => {
  const model = readModel(bytes);
  takeOnePhoto(model);
  const canonical = await rewrite(model, "basic").catch((cause: unknown) => {
    throw new Error(
      `the backbone cannot be read: ${cause instanceof Error ? cause.message : String(cause)}; ` +
        "export it again with standard ONNX operators (opset 11 to 21, domain ai.onnx) and one image input",
      { cause },
    );
  });
  lowerNormalisation(canonical.graph);
  checkOperators(canonical.graph);
  unshareWeights(canonical.graph);
  return canonical;
};

/** Gives each node its own weights, since each has its own scales in int8: exporters store equal ones once. */
const unshareWeights = (graph: Model["graph"]): void => {
  const constants = initializers(graph);
  const taken = new Set<string>();
  for (const node of graph.node.filter((node) => hasWeights(node, constants))) {
    const name = node.input[1]!;
    if (taken.has(name)) {
      const own = `${name}_of_${node.output[0]}`;
      graph.initializer.push({ ...constants.get(name)!, name: own });
      node.input[1] = own;
    }
    taken.add(name);
  }
};

/** Sets a batch size left open to 1: every session of ours classifies one photo at a time. */
const takeOnePhoto = ({ graph }: Model): void => {
  const name = inputName(graph);
  const type = graph.input.find((input) => input.name === name)?.type?.value;
  const batch = type?.case === "tensorType" ? type.value.shape?.dim[0] : undefined;
  if (batch && batch.value.case !== "dimValue") batch.value = { case: "dimValue", value: 1n };
};
