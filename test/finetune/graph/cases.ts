/** Each operator of the table, drawn at random. */
import type { Draw } from "./case.ts";
import { activationCases } from "./cases/activation.ts";
import { convolutionCases } from "./cases/convolution.ts";
import { elementwiseCases } from "./cases/elementwise.ts";
import { joiningCases } from "./cases/joining.ts";
import { matrixCases } from "./cases/matrix.ts";
import { normalizationCases } from "./cases/normalization.ts";
import { poolingCases } from "./cases/pooling.ts";
import { reductionCases } from "./cases/reduction.ts";
import { shapeCases } from "./cases/shape.ts";

export const cases: Readonly<Record<string, Draw>> = {
  ...convolutionCases,
  ...matrixCases,
  ...poolingCases,
  ...normalizationCases,
  ...activationCases,
  ...elementwiseCases,
  ...reductionCases,
  ...shapeCases,
  ...joiningCases,
};
