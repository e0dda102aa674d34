/** Decides, before any photo comes, how each node of a graph will run, and refuses those that cannot. */
import type { NodeProto } from "../../../shared/onnx/model.ts";
import { describeNode } from "../../../shared/onnx/node.ts";
import { readKnown } from "./known.ts";
import { knownOperators, shapeOperators } from "./known-operators.ts";
import type { Kernel, Operator, Setting } from "./operator.ts";
import { operators } from "./operators/table.ts";
import type { ReadGraph } from "./read-graph.ts";

interface Common {
  node: NodeProto;
  /** Of its inputs' names, those that a variable decides. */
  trained: ReadonlySet<string>;
  /** Whether all of its inputs are the same whatever the photos are. */
  constant: boolean;
}

/**
 * `shape` and `known` nodes are computed in plain numbers, `tensor` nodes on the device; those that are constant once, when
 * the graph is compiled.
 */
export type Step = Common &
  ({ kind: "shape" } | { kind: "known" } | { kind: "tensor"; operator: Operator; kernel: Kernel });

/** @throws Error naming the node, what of it is not supported, and what is */
export const planSteps = (
  { nodes, constants, opset }: ReadGraph,
  setting: Omit<Setting, "node" | "opset">,
  trainable: ReadonlySet<string>,
): Step[] => {
  refuseStrangers(nodes);
  const known = new Set(
    [...constants].flatMap(([name, stored]) => (readable(name) && readKnown(stored) ? [name] : [])),
  );
  function readable(name: string): boolean {
    return !trainable.has(name);
  }
  const trained = new Set(trainable);
  const constant = new Set([...constants.keys()].filter(readable));

  return nodes.map((node): Step => {
    const inputs = node.input.filter((name) => name !== "");
    const common: Common = {
      node,
      trained: new Set(inputs.filter((name) => trained.has(name))),
      constant: inputs.every((name) => constant.has(name)),
    };
    const isShape = node.opType in shapeOperators;
    const isKnown = node.opType in knownOperators && inputs.every((name) => known.has(name));
    for (const name of node.output) {
      if (isShape || isKnown) known.add(name);
      else if (common.trained.size > 0) trained.add(name);
      if (common.constant) constant.add(name);
    }
    if (isShape) {
      checkAttributes(node, shapeOperators[node.opType]!.attributes);
      return { ...common, kind: "shape" };
    }
    if (isKnown) {
      checkAttributes(node, knownOperators[node.opType]!.attributes);
      return { ...common, kind: "known" };
    }
    const operator = operators[node.opType];
    if (!operator) {
      const unknown = inputs.find((name) => !known.has(name));
      throw new Error(
        `${describeNode(node)} computes shapes, but "${unknown}" is no shape and no constant; export the model with fixed sizes`,
      );
    }
    checkNode(node, operator, known);
    return { ...common, kind: "tensor", operator, kernel: operator.prepare({ ...setting, node, opset }) };
  });
};

const supported = new Set([...Object.keys(operators), ...Object.keys(knownOperators), ...Object.keys(shapeOperators)]);

const refuseStrangers = (nodes: readonly NodeProto[]): void => {
  const isStranger = ({ opType, domain }: NodeProto) =>
    (domain !== "" && domain !== "ai.onnx") || !supported.has(opType);
  const strangers = nodes.filter(isStranger);
  const [first] = strangers;
  if (!first) return;
  const types = [...new Set(strangers.map(({ opType, domain }) => (domain ? `${domain}.${opType}` : opType)))];
  const others = types.length > 1 ? ` (and ${types.slice(1).join(", ")})` : "";
  throw new Error(
    `the operator of ${describeNode(first)}${first.domain ? ` of domain ${first.domain}` : ""}${others} is not supported; ` +
      `fine-tuning knows Constant, ${[...supported].sort().join(", ")}`,
  );
};

const checkAttributes = (node: NodeProto, allowed: readonly string[] = []): void => {
  const stranger = node.attribute.find(({ name }) => !allowed.includes(name));
  if (stranger)
    throw new Error(
      `${describeNode(node)}: the attribute "${stranger.name}" is not supported; ${allowed.join(", ") || "none"} ${allowed.length === 1 ? "is" : "are"}`,
    );
};

const checkNode = (node: NodeProto, operator: Operator, known: ReadonlySet<string>): void => {
  const { inputs, outputs = 1 } = operator;
  checkAttributes(node, operator.attributes);
  const [fewest, most] = inputs;
  if (node.input.length < fewest || node.input.length > most)
    throw new Error(
      `${describeNode(node)} has ${node.input.length} inputs; ${fewest === most ? fewest : `${fewest} to ${most}`} are supported`,
    );
  const more = node.output.slice(outputs).find((name) => name !== "");
  if (more !== undefined)
    throw new Error(
      `${describeNode(node)}: the output "${more}" is not supported, only its first one; export for inference`,
    );
  for (const place of operator.known ?? []) {
    const name = node.input[place];
    if (name && !known.has(name))
      throw new Error(
        `${describeNode(node)}: its input "${name}" is computed from photos or trained; only a constant, or numbers that follow from shapes, are supported`,
      );
  }
};
