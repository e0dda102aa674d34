/** Runs the float model over photos and notes how its activations are spread. */
import { importNativeRuntime } from "../../shared/engine/native-runtime.ts";
import { consumers, floatValue, initializers, inputName } from "../../shared/onnx/graph.ts";
import { type Model, readModel, writeModel } from "../../shared/onnx/model.ts";
import { calibratedTensors } from "./activations.ts";
import { addValues, emptyHistogram, leastErrorRange, percentileRange, standardDeviation } from "./histogram.ts";
import { hasWeights } from "./operators.ts";
import type { ActivationStatistics } from "./statistics.ts";

export interface Calibration {
  /** The float model, an ONNX file. */
  model: Uint8Array;
  /** Tensors of 1 x 3 x size x size, a hundred or so, of all classes. */
  photos: Iterable<Float32Array> | AsyncIterable<Float32Array>;
  /** Side of the square input in pixels. */
  size: number;
  signal?: AbortSignal;
}

/** @throws Error when there are no photos */
export const calibrate = async ({ model: bytes, photos, size, signal }: Calibration): Promise<ActivationStatistics> => {
  const model = readModel(bytes);
  const names = calibratedTensors(model);
  const input = inputName(model.graph);
  const weighted = feedingWeights(names, model.graph);
  model.graph.output = names.filter((name) => name !== input).map((name) => floatValue(name));

  const { InferenceSession, Tensor } = await importNativeRuntime();
  const session = await InferenceSession.create(writeModel(model), {
    graphOptimizationLevel: "basic",
    intraOpNumThreads: 1,
    logSeverityLevel: 3,
    extra: { session: { intra_op: { allow_spinning: "0" } } },
  });
  const histograms = new Map(names.map((name) => [name, emptyHistogram()]));
  const sums = new Map<string, Float64Array>();
  let count = 0;
  try {
    for await (const photo of photos) {
      signal?.throwIfAborted();
      const image = new Tensor("float32", photo, [1, 3, size, size]);
      const results = { ...(await session.run({ [input]: image })), [input]: image };
      for (const name of names) {
        const values = results[name]!.data as Float32Array;
        addValues(histograms.get(name)!, values);
        const axis = weighted.get(name);
        if (axis !== undefined) addMeans(sums, name, values, results[name]!.dims, axis);
      }
      count++;
    }
  } finally {
    await session.release();
  }
  if (count === 0) throw new Error("calibration needs photos, and got none; 50 or more of the training photos will do");

  const tensors = [...names].sort().map((name) => {
    const histogram = histograms.get(name)!;
    const means = sums.get(name);
    return [
      name,
      {
        ranges: {
          minmax: [short(histogram.low), short(histogram.high)],
          percentile: percentileRange(histogram, 1e-4).map(short),
          mse: leastErrorRange(histogram).map(short),
        },
        deviation: short(standardDeviation(histogram)),
        ...(means && { means: Array.from(means, (sum) => short(sum / count)) }),
      },
    ];
  });
  return { photos: count, tensors: Object.fromEntries(tensors) };
};

/** The axis of the channels that weights meet: a convolution's come first, a matrix's last. */
const feedingWeights = (names: readonly string[], graph: Model["graph"]): Map<string, 1 | -1> => {
  const users = consumers(graph);
  const constants = initializers(graph);
  return new Map(
    names.flatMap((name) => {
      const user = users.get(name)?.find((node) => hasWeights(node, constants));
      return user ? [[name, user.opType === "Conv" ? 1 : -1] as const] : [];
    }),
  );
};

/** Adds each channel's mean over all places of the map. */
const addMeans = (
  sums: Map<string, Float64Array>,
  name: string,
  values: Float32Array,
  dims: readonly number[],
  axis: 1 | -1,
): void => {
  const channels = dims.at(axis) ?? 1;
  const means = sums.get(name) ?? new Float64Array(channels);
  sums.set(name, means);
  const area = values.length / channels;
  const [step, from] = axis === 1 ? [1, area] : [channels, 1];
  for (let channel = 0; channel < channels; channel++) {
    let sum = 0;
    for (let i = 0; i < area; i++) sum += values[channel * from + i * step]!;
    means[channel]! += sum / area;
  }
};

/** Five digits: far finer than 8 bits, and short enough to ship. */
const short = (value: number): number => Number(value.toPrecision(5));
