/** Layers that change no number. */
import { z } from "zod";
import type { Pads } from "../value.ts";
import { channelsLast, configOf, describeLayer, pair, type Translate } from "./layer.ts";

const zerosSchema = z.object({ padding: z.tuple([pair, pair]), data_format: channelsLast });

export const translateZeroPadding: Translate = (layer, [value]) => {
  const [[above, below], [before, after]] = configOf(layer, zerosSchema).padding;
  const [top, left, bottom, right] = value!.pads;
  const pads: Pads = [top + above, left + before, bottom + below, right + after];
  return { ...value!, pads };
};

/** Random zeros while training, nothing in use. */
export const translateDropout: Translate = (_, [value]) => value!;

/** Of what is pooled over the whole map, back to a map of one place: here it is one anyway. */
export const translateReshape: Translate = (layer, [value]) => {
  const { target_shape } = configOf(layer, z.object({ target_shape: z.array(z.int()) }));
  const { channels, height, width } = value!;
  if (height === 1 && width === 1 && `${target_shape}` === `1,1,${channels}`) return value!;
  throw new Error(
    `the Keras layer ${describeLayer(layer)} makes [${target_shape}] of [${height},${width},${channels}]; only [1,1,channels] of what is pooled is supported`,
  );
};
