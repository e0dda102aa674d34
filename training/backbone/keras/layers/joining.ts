/** Several maps made one. */
import { z } from "zod";
import { channelAxis, configOf, type Translate } from "./layer.ts";

/** One after another where there are more than two. */
const chained =
  (opType: "Add" | "Mul"): Translate =>
  ({ name }, inputs, { graph }) =>
    inputs.reduce((sum, value, place) => {
      const as = place === inputs.length - 1 ? name : `${name}_${place}`;
      // a map times a number per channel is as large as the map
      const larger = value.height > sum.height ? value : sum;
      return {
        ...larger,
        tensor: graph.add(opType, [sum.tensor, value.tensor], as),
        positive: sum.positive && value.positive,
      };
    });

export const translateAdd: Translate = chained("Add");
export const translateMultiply: Translate = chained("Mul");

export const translateConcatenate: Translate = (layer, inputs, { graph }) => {
  configOf(layer, z.object({ axis: channelAxis.default(-1) }));
  const tensors = inputs.map(({ tensor }) => tensor);
  return {
    ...inputs[0]!,
    tensor: graph.add("Concat", tensors, layer.name, { axis: 1 }),
    channels: inputs.reduce((sum, { channels }) => sum + channels, 0),
    positive: inputs.every(({ positive }) => positive),
  };
};
