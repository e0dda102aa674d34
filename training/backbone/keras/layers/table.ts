/** The Keras layers that are read, by class name. */
import { translateActivation, translateReLU } from "./activation.ts";
import { translateConvolution, translateDepthwise } from "./convolution.ts";
import { translateNormalisation, translateResidual } from "./fold.ts";
import { translateAdd, translateConcatenate, translateMultiply } from "./joining.ts";
import type { Translate } from "./layer.ts";
import { translateNormalization, translateRescaling } from "./photo.ts";
import { translateAveragePooling, translateGlobalAverage, translateMaxPooling } from "./pooling.ts";
import { translateDropout, translateReshape, translateZeroPadding } from "./reshaping.ts";

export const translations: Record<string, Translate> = {
  Activation: translateActivation,
  Add: translateAdd,
  AveragePooling2D: translateAveragePooling,
  BatchNormalization: translateNormalisation,
  Concatenate: translateConcatenate,
  Conv2D: translateConvolution,
  CustomScaleLayer: translateResidual,
  DepthwiseConv2D: translateDepthwise,
  Dropout: translateDropout,
  GlobalAveragePooling2D: translateGlobalAverage,
  MaxPooling2D: translateMaxPooling,
  Multiply: translateMultiply,
  Normalization: translateNormalization,
  ReLU: translateReLU,
  Rescaling: translateRescaling,
  Reshape: translateReshape,
  ZeroPadding2D: translateZeroPadding,
};

/** Those that have weights. */
export const weighted: ReadonlySet<string> = new Set([
  "BatchNormalization",
  "Conv2D",
  "DepthwiseConv2D",
  "Normalization",
]);
