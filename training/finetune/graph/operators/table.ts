/** Every operator that graphs may have, by family. */
import type { OperatorTable } from "../operator.ts";
import { activation } from "./activation.ts";
import { convolution } from "./convolution.ts";
import { elementwise } from "./elementwise.ts";
import { joining } from "./joining.ts";
import { matrix } from "./matrix.ts";
import { normalization } from "./normalization.ts";
import { padding } from "./padding.ts";
import { pooling } from "./pooling.ts";
import { reduction } from "./reduction.ts";
import { resize } from "./resize.ts";
import { shape } from "./shape.ts";
import { slicing } from "./slicing.ts";

export const operators: OperatorTable = {
  ...convolution,
  ...matrix,
  ...pooling,
  ...normalization,
  ...activation,
  ...elementwise,
  ...reduction,
  ...shape,
  ...joining,
  ...slicing,
  ...padding,
  ...resize,
};
