/** What a head says of feature vectors. */
import type { Dense, Head } from "./head.ts";

/**
 * @param features photos x numbers, row by row, of the kind that the head learned from: a linear head's channels; a keras head's
 *   means and mean squares, of which it reads the means
 * @returns a row of logits per photo, summed in doubles
 */
export const headLogits = (head: Head, features: Float32Array): Float32Array[] => {
  if (head.kind === "linear") return rowsOf(features, inputsOf(head)).map((row) => apply(head, row));
  const channels = inputsOf(head.hidden);
  return rowsOf(features, 2 * channels).map((row) =>
    apply(
      head.output,
      apply(head.hidden, row.subarray(0, channels)).map((value) => Math.max(0, value)),
    ),
  );
};

export const inputsOf = ({ weights, bias }: Dense): number => weights.length / bias.length;

const rowsOf = (values: Float32Array, width: number): Float32Array[] =>
  Array.from({ length: values.length / width }, (_, row) => values.subarray(row * width, (row + 1) * width));

const apply = ({ weights, bias }: Dense, inputs: Float32Array): Float32Array =>
  bias.map((start, output) => {
    let sum = start;
    const from = output * inputs.length;
    for (let at = 0; at < inputs.length; at++) sum += weights[from + at]! * inputs[at]!;
    return sum;
  });
