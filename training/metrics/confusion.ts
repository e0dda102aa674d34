/** Which classes are taken for which, and what that means for each. */
import type { ClassFigures } from "../../shared/metrics.ts";
import { best, type Predictions } from "./predictions.ts";

/** Rows are true labels, columns the answers. */
export const confusionMatrix = ({ scores, labels }: Predictions, classes: number): number[][] => {
  const matrix = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
  for (const [photo, row] of scores.entries()) matrix[labels[photo]!]![best(row)]!++;
  return matrix;
};

export const classFigures = (matrix: readonly (readonly number[])[], labels: readonly string[]): ClassFigures[] =>
  labels.map((label, index) => {
    const right = matrix[index]![index]!;
    const support = matrix[index]!.reduce((sum, count) => sum + count, 0);
    const answered = matrix.reduce((sum, row) => sum + row[index]!, 0);
    const precision = answered && right / answered;
    const recall = support && right / support;
    return { label, precision, recall, f1: right && (2 * precision * recall) / (precision + recall), support };
  });
