/** Reduced Keras models with random weights and random moving statistics; their answers are Keras' own, from fixtures. */
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readModel } from "../../../shared/onnx/model.ts";
import { kerasBackbones } from "../../../training/backbone/keras/backbones.ts";
import { convertKeras, type KerasModel } from "../../../training/backbone/keras/convert.ts";
import { readTopology } from "../../../training/backbone/keras/topology.ts";
import { readKerasWeights } from "../../../training/backbone/keras/weights.ts";
import { differenceFromKeras, readReference } from "./answer.ts";

const fixture = (file: string): string => join(import.meta.dirname, "fixtures", file);

const signed = kerasBackbones["inception-resnet-v2"];
const caffe = kerasBackbones.resnet50;

const load = async (name: string, colours: KerasModel["colours"] = "RGB") => {
  const reference = await readReference(fixture(`${name}.json`));
  const model = {
    topology: readTopology(reference.topology),
    weights: await readKerasWeights(fixture(`${name}.h5`)),
    colours,
  };
  return { reference, model };
};

/** As Keras writes it, as far as the tests change it. */
interface Document {
  config: {
    layers: {
      class_name: string;
      name: string;
      config: Record<string, unknown>;
      inbound_nodes: unknown[];
    }[];
  };
}

/** What of a model's to_json() is changed, such as the configuration of a layer. */
const altered = async (name: string, alter: (document: Document) => void) => {
  const { reference, model } = await load(name);
  const document = structuredClone(reference.topology) as Document;
  alter(document);
  return () => convertKeras({ ...model, topology: readTopology(document) }, 33);
};

describe("a Keras model turned into ONNX", () => {
  it.each([
    ["inception", signed.preparation, "RGB"],
    ["resnet", caffe.preparation, "BGR"],
    ["mobilenet", signed.preparation, "RGB"],
    ["efficientnet", undefined, "RGB"],
  ] as const)("answers as Keras does: %s", async (name, given, colours) => {
    const { reference, model } = await load(name, colours);
    const converted = convertKeras(model, reference.size);
    expect(converted.preparation === undefined).toBe(given !== undefined);
    const preparation = given ?? converted.preparation!;
    expect(await differenceFromKeras(converted, preparation, reference)).toBeLessThan(2e-6);
  });

  it("has no batch normalisation, no scaled residual and no zeros apart: convolutions do their work", async () => {
    for (const name of ["inception", "resnet", "mobilenet"]) {
      const { model } = await load(name);
      const kinds = new Set(readModel(convertKeras(model, 33).bytes).graph.node.map(({ opType }) => opType));
      for (const kind of ["BatchNormalization", "Pad", "Mul", "Identity"]) expect([...kinds]).not.toContain(kind);
    }
  });

  it("sees blue and red exchanged where the network was trained on blue first", async () => {
    const { reference, model } = await load("resnet", "RGB");
    const converted = convertKeras(model, reference.size);
    const difference = await differenceFromKeras(converted, caffe.preparation, reference);
    expect(difference).toBeGreaterThan(0.01);
  });

  it.each<[string, string, (document: Document) => void, RegExp]>([
    [
      "a layer that is not supported, naming those that are",
      "mobilenet",
      ({ config }) => {
        config.layers[1]!.class_name = "Conv2DTranspose";
      },
      /Conv2DTranspose "conv2d.*" is not supported; those that are: Activation, Add/,
    ],
    [
      "channels first",
      "resnet",
      ({ config }) => {
        config.layers[2]!.config.data_format = "channels_first";
      },
      /Conv2D "conv2d.*" cannot be read: .*channels_last/s,
    ],
    [
      "an activation of its own",
      "resnet",
      ({ config }) => {
        config.layers[4]!.config.activation = "tanh";
      },
      /Activation "activation.*" cannot be read/,
    ],
    [
      "a normalisation that nothing was convolved before",
      "mobilenet",
      ({ config }) => {
        config.layers[2]!.inbound_nodes = [[["input_1", 0, 0, {}]]];
        for (const layer of config.layers) if (layer.class_name === "InputLayer") layer.name = "input_1";
        config.layers[1]!.inbound_nodes = [[["input_1", 0, 0, {}]]];
      },
      /BatchNormalization "batch_normalization.*" does not follow a convolution/,
    ],
    [
      "zeros that a maximum would see",
      "resnet",
      ({ config }) => {
        config.layers[4]!.config.activation = "linear";
      },
      /MaxPooling2D .* takes the maximum of numbers that may be below zero/,
    ],
    [
      "a layer that is used twice",
      "resnet",
      ({ config }) => {
        const { inbound_nodes } = config.layers[4]!;
        inbound_nodes.push(inbound_nodes[0]);
      },
      /not as to_json\(\) of Keras 2/,
    ],
    [
      "a layer that reads what is not there",
      "resnet",
      ({ config }) => {
        config.layers[2]!.inbound_nodes = [[["nowhere", 0, 0, {}]]];
      },
      /reads "nowhere", which is not before it/,
    ],
  ])("refuses a topology with %s", async (_, name, alter, message) => {
    await expect((async () => (await altered(name, alter))())()).rejects.toThrow(message);
  });

  it("refuses the weights of another network, and photos that are too small", async () => {
    const { model } = await load("resnet");
    const other = (await load("inception")).model;
    expect(() => convertKeras({ ...model, weights: other.weights }, 33)).toThrow(
      /weights of \d+ layers, but the network has \d+ .*another network's .*notop/,
    );
    const [first, ...rest] = model.weights;
    const kernel = first!.weights.get("kernel")!;
    const wide = { ...kernel, dims: [7, 7, 3, 12] };
    const weights = [{ ...first!, weights: new Map(first!.weights).set("kernel", wide) }, ...rest];
    expect(() => convertKeras({ ...model, weights }, 33)).toThrow(
      /weights of Conv2D "conv2d.*" are|has 6 numbers for 12/,
    );
    const bare = [{ ...first!, weights: new Map([["kernel", kernel]]) }, ...rest];
    expect(() => convertKeras({ ...model, weights: bare }, 33)).toThrow(/have no bias, only kernel/);
    expect(() => convertKeras(other, 4)).toThrow(/4 pixels are too small for MaxPooling2D/);
  });
});

describe("weights that Keras saved", () => {
  it("are read layer by layer, each by what it is", async () => {
    const weights = await readKerasWeights(fixture("efficientnet.h5"));
    expect(weights.map(({ weights }) => [...weights.keys()])[0]).toEqual(["mean", "variance", "count"]);
    const kernel = weights[1]!.weights.get("kernel")!;
    expect(kernel.dims).toEqual([3, 3, 3, 6]);
    expect(kernel.data).toHaveLength(162);
  });

  it.each([
    ["a file that is none", "resnet.json", /resnet.json is no HDF5 file/],
    ["a file that is not there", "gone.h5", /gone.h5 cannot be read; check the path/],
  ])("refuses %s", async (_, file, message) => {
    await expect(readKerasWeights(fixture(file))).rejects.toThrow(message);
  });
});
