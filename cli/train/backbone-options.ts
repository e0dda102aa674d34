/** The options of `whippet train` that say which backbone, and what is to be known of an ONNX file. */
import { type Command, InvalidArgumentError } from "commander";
import { catalogue, defaultBackbone, isEmbedded } from "../../training/backbone/catalogue.ts";
import { isOnnxFile, type OwnBackbone } from "../../training/backbone/onnx-file.ts";
import type { Triple } from "../../training/backbone/preprocessing.ts";
import { UsageError } from "../failure.ts";
import { numberBetween } from "../options.ts";

export interface BackboneFlags {
  backbone: string;
  featureCut?: string;
  inputSize?: number;
  crop?: number;
  mean?: Triple;
  std?: Triple;
}

export const addBackboneOptions = (command: Command): Command =>
  command
    .option(
      "--backbone <name>",
      `the network whose features the classes are told apart by: ${Object.keys(catalogue).join(", ")}, or an ONNX file of yours`,
      backboneName,
      defaultBackbone,
    )
    .option("--feature-cut <tensor>", "of an ONNX file: its feature map (default: what it pools over the whole image)")
    .option("--input-size <pixels>", "of an ONNX file that takes photos of any size", numberBetween(8, 1024, true))
    .option(
      "--crop <share>",
      "of an ONNX file: of a photo's short side, how much the centre square takes",
      numberBetween(0.1, 1),
    )
    .option(
      "--mean <r,g,b>",
      "of an ONNX file, on the 0 to 1 scale; with --std, where no document beside it says so",
      colours,
    )
    .option("--std <r,g,b>", "of an ONNX file, on the 0 to 1 scale", colours);

const backboneName = (name: string): string => {
  if (isEmbedded(name) || isOnnxFile(name)) return name;
  throw new InvalidArgumentError(`It must be one of ${Object.keys(catalogue).join(", ")}, or end in .onnx.`);
};

/** From the 0 to 1 scale to pixels' own. */
const colours = (text: string): Triple => {
  const numbers = text.split(",").map((number) => (number.trim() === "" ? Number.NaN : Number(number) * 255));
  const [red, green, blue] = numbers;
  if (numbers.length !== 3 || numbers.some((number) => !Number.isFinite(number)))
    throw new InvalidArgumentError("It must be three numbers, such as .485,.456,.406.");
  return [red!, green!, blue!];
};

/** @throws UsageError where it is said of what travels with Whippet */
export const ownBackboneOf = ({
  backbone,
  featureCut,
  inputSize: size,
  crop,
  mean,
  std,
}: BackboneFlags): OwnBackbone => {
  const own = {
    ...(featureCut !== undefined && { featureCut }),
    ...(size !== undefined && { size }),
    ...(crop !== undefined && { crop }),
    ...(mean !== undefined && { mean }),
    ...(std !== undefined && { std }),
  };
  if (Object.keys(own).length > 0 && !isOnnxFile(backbone))
    throw new UsageError(
      `--feature-cut, --input-size, --crop, --mean and --std are for an ONNX file of yours; ${backbone} knows its own`,
    );
  return own;
};
