/** The networks that Keras publishes, whole, with random weights and random moving statistics, held against Keras itself. */
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { type KerasBackbone, kerasBackbones } from "../../../training/backbone/keras/backbones.ts";
import { convertKeras } from "../../../training/backbone/keras/convert.ts";
import { readTopology } from "../../../training/backbone/keras/topology.ts";
import { readKerasWeights } from "../../../training/backbone/keras/weights.ts";
import { differenceFromKeras, readReference } from "../../backbone/keras/answer.ts";
import { temporaryFolder } from "../../e2e/folders.ts";
import { has } from "../../require.ts";
import { runReference } from "../../tools/keras/python.ts";

describe.runIf(has("keras"))("the import of Keras' weights", async () => {
  const { home, remove } = await temporaryFolder("keras-parity");
  afterAll(remove);

  it.each([
    ["inception-resnet-v2", 331],
    ["resnet50", 224],
    ["mobilenet-v2", 224],
    ["efficientnet-b0", 224],
  ] as const)("makes of %s at %i pixels what Keras makes of it", async (name, size) => {
    runReference("published", home, name, String(size));
    const reference = await readReference(join(home, `${name}.json`));
    const weights = join(home, `${name}.h5`);
    const backbone: KerasBackbone = kerasBackbones[name];
    const topology = readTopology((await backbone.topology()).default);
    const converted = convertKeras(
      { topology, weights: await readKerasWeights(weights), colours: backbone.colours },
      size,
    );
    await rm(weights);

    const { tensor, channels } = converted.output;
    expect({ tensor, channels }).toEqual(backbone.cut);
    const preparation = backbone.preparation ?? converted.preparation!;
    const difference = await differenceFromKeras(converted, preparation, reference);
    process.stderr.write(`${name} at ${size} pixels: ${difference.toExponential(1)} of the largest number off Keras\n`);
    expect(difference).toBeLessThan(1e-4);
  });
});
