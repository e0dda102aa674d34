/** Layers of one map, put beside each other. */
import { isPointwise } from "../../../shared/engine/lean/along.ts";
import type { Operator } from "../../../shared/engine/lean/operators.ts";

/** 1 x 1 convolutions run right after the first that reads the same map, so that the engine transforms it once for all. */
export const besideSiblings = (operators: readonly Operator[]): Operator[] => {
  const ordered: Operator[] = [];
  for (const operator of operators) {
    const last = ordered.findLastIndex(
      (other) => isPointwise(other) && isPointwise(operator) && other.input === operator.input,
    );
    ordered.splice(last === -1 ? ordered.length : last + 1, 0, operator);
  }
  return ordered;
};
