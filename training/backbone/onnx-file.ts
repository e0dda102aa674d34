/**
 * A backbone of one's own: an ONNX classifier whose feature map is found in its graph, or named, and whose preprocessing is
 * given, or stands in the documents beside it.
 */
import { readFile } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { ZodError, z } from "zod";
import { importNativeRuntime } from "../../shared/engine/native-runtime.ts";
import { sha256 } from "../../shared/hash.ts";
import { inputSchema } from "../../shared/manifest.ts";
import { floatValue, inputName } from "../../shared/onnx/graph.ts";
import { readModel, writeModel } from "../../shared/onnx/model.ts";
import { canonicalise } from "../export/canonicalise.ts";
import { type Cut, cutAt, findFeatureCut } from "../export/feature-cut.ts";
import type { OpenBackbone } from "./backbone.ts";
import { readExternalData } from "./external-data.ts";
import { fixedSize, fixSize } from "./input-size.ts";
import { fromImageProcessor, fromTimm, type Preprocessing } from "./preprocessing.ts";

/** What its owner says of a network; the rest is read from beside it. */
export interface OwnBackbone extends Omit<Preprocessing, "interpolation"> {
  /** The tensor that holds the feature map, or the vector; what the graph pools over the whole image, or its classifier reads. */
  featureCut?: string;
}

/** Whether a backbone's name is a file's. */
export const isOnnxFile = (name: string): boolean => name.endsWith(".onnx");

/**
 * @param path of an ONNX file with one input, photos x 3 x height x width
 * @param say gets what its owner should know: where the preprocessing comes from, and what of it cannot be kept
 * @throws Error naming what the file or its documents lack, and the option that gives it
 */
export const readOnnxFile = async (
  path: string,
  own: OwnBackbone,
  say: (note: string) => void,
): Promise<OpenBackbone> => {
  const original = await readFile(path).catch((cause: NodeJS.ErrnoException) => {
    const why = cause.code === "ENOENT" ? "does not exist; check its path" : `cannot be read (${cause.message})`;
    throw new Error(`the backbone ${path} ${why}`, { cause });
  });
  const model = readModel(original);
  const outside = await readExternalData(model, path);
  const found = await besideIt(path);
  if (found) say(`${basename(path)}: photos are prepared as ${found.document} says`);
  const { interpolation, licence, ...beside }: Found = found?.says ?? {};
  if (interpolation !== undefined)
    say(
      `${basename(path)}: ${found?.document} asks for ${interpolation} resizing; it gets bicubic, which is what runs everywhere`,
    );

  const fixed = fixedSize(model, path);
  if (fixed !== undefined && own.size !== undefined && own.size !== fixed)
    throw new Error(
      `${path} takes photos of ${fixed} pixels, not ${own.size}; leave --input-size out or export it for that size`,
    );
  const { size = fixed, crop = 1, mean, std } = { ...beside, ...own, ...(fixed !== undefined && { size: fixed }) };
  if (size === undefined)
    throw new Error(
      `${path} takes photos of any size, and nothing beside it says which; give it with --input-size, such as 224`,
    );
  if (mean === undefined || std === undefined)
    throw new Error(
      `nothing says how ${path} wants its photos; put its preprocessor_config.json or timm's config.json beside it, or give ` +
        "--mean and --std (most networks trained on ImageNet: --mean .485,.456,.406 --std .229,.224,.225)",
    );
  const input = checked({ size, crop, interpolation: "bicubic", mean, std }, path);

  fixSize(model, input.size);
  const bytes = writeModel(model);
  const cut = await cutOf(bytes, input.size, own.featureCut);
  if (cut.vector)
    say(
      `${basename(path)}: its features are a vector ("${cut.tensor}"), not a map over the photo, so the model will have no heat maps`,
    );
  return {
    backbone: {
      name: basename(path, ".onnx"),
      sha256: await sha256(outside.length > 0 ? Buffer.concat([original, ...outside]) : original),
      source: `the owner's file ${basename(path)}`,
      licence: licence ?? "not stated",
      pretrainedOn: "not stated",
      input,
      cuts: [cut],
    },
    bytes,
  };
};

type Found = Preprocessing & { licence?: string };

const documents: readonly [string, (document: unknown) => Found | undefined][] = [
  ["preprocessor_config.json", fromImageProcessor],
  ["config.json", fromTimm],
];

export const preparationDocuments = documents.map(([name]) => name);

/** Beside the file, or a folder up, where exporters that write `onnx/model.onnx` leave them. */
const besideIt = async (path: string): Promise<{ says: Found; document: string } | undefined> => {
  const folder = dirname(resolve(path));
  for (const place of [folder, dirname(folder)])
    for (const [name, read] of documents) {
      const document = join(place, name);
      const text = await readFile(document, "utf8").catch((error: NodeJS.ErrnoException) => {
        if (error.code === "ENOENT" || error.code === "EACCES") return undefined;
        throw error;
      });
      if (text === undefined) continue;
      const says = parsed(document, () => read(JSON.parse(text)));
      if (says) return { says, document };
    }
  return undefined;
};

const parsed = <Value>(document: string, parse: () => Value): Value => {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof ZodError || error instanceof SyntaxError)) throw error;
    const what = error instanceof ZodError ? z.prettifyError(error) : error.message;
    throw new Error(`${document} says how photos are prepared, but not as Hugging Face or timm write it: ${what}`, {
      cause: error,
    });
  }
};

const checked = (input: OpenBackbone["backbone"]["input"], path: string): OpenBackbone["backbone"]["input"] => {
  const { success, error } = inputSchema.omit({ pixelPath: true }).safeParse(input);
  if (!success) throw new Error(`${path} cannot be given its photos: ${z.prettifyError(error)}`);
  if (input.std.some((deviation) => deviation <= 0))
    throw new Error(`--std ${input.std} holds a number that is not above 0; photos are divided by it`);
  return input;
};

/** Runs the network once, on nothing, to see the feature map's shape. */
const cutOf = async (bytes: Uint8Array, size: number, named: string | undefined): Promise<Cut> => {
  const model = await canonicalise(bytes);
  const tensor = named ?? findFeatureCut(model);
  const body = cutAt(model, [{ tensor, channels: 0 }]);
  body.graph.output = [floatValue(tensor)];
  const { InferenceSession, Tensor } = await importNativeRuntime();
  const session = await InferenceSession.create(writeModel(body), { logSeverityLevel: 3 });
  const photo = new Tensor("float32", new Float32Array(3 * size * size), [1, 3, size, size]);
  const results = await session.run({ [inputName(body.graph)]: photo });
  const dims = results[tensor]!.dims;
  await session.release();
  if (dims.length === 2 && dims[0] === 1) return { tensor, channels: dims[1]!, vector: true };
  if (dims.length !== 4)
    throw new Error(
      `the tensor "${tensor}" is [${dims}], neither a feature map of [1, channels, height, width] nor a vector of ` +
        "[1, channels]; name one with --feature-cut",
    );
  return { tensor, channels: dims[1]! };
};
