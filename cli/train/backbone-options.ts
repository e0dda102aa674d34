/** The options of `whippet train` that say which backbone, and what is to be known of one that does not know it itself. */
import { type Command, InvalidArgumentError } from "commander";
import { backboneNames, defaultBackbone } from "../../training/backbone/catalogue.ts";
import { isKerasBackbone } from "../../training/backbone/keras/backbones.ts";
import { isOnnxFile } from "../../training/backbone/onnx-file.ts";
import { isUrl } from "../../training/backbone/onnx-url.ts";
import type { OwnSettings } from "../../training/backbone/open.ts";
import type { Triple } from "../../training/backbone/preprocessing.ts";
import { UsageError } from "../failure.ts";
import { numberBetween } from "../options.ts";

export interface BackboneFlags {
  backbone: string;
  weights?: string;
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
      `the network whose features the classes are told apart by: ${backboneNames.join(", ")}, or the path or URL of an ONNX file`,
      backboneName,
      defaultBackbone,
    )
    .option("--weights <file>", "of one of Keras' networks: an .h5 file of its weights, rather than the published one")
    .option(
      "--input-size <pixels>",
      "side of the photos (default: what the network was trained on); an ONNX file may fix it",
      numberBetween(8, 1024, true),
    )
    .option("--crop <share>", "of a photo's short side, how much the centre square takes", numberBetween(0.1, 1))
    .option("--feature-cut <tensor>", "of an ONNX file: its feature map (default: what it pools over the whole image)")
    .option(
      "--mean <r,g,b>",
      "of an ONNX file, on the 0 to 1 scale; with --std, where no document beside it says so",
      colours,
    )
    .option("--std <r,g,b>", "of an ONNX file, on the 0 to 1 scale", colours);

/** @throws InvalidArgumentError for a name that is neither of the catalogue's nor a file's */
export const backboneName = (name: string): string => {
  if (backboneNames.includes(name) || isOnnxFile(name) || isUrl(name)) return name;
  throw new InvalidArgumentError(`It must be one of ${backboneNames.join(", ")}, end in .onnx, or be an URL.`);
};

/** From the 0 to 1 scale to pixels' own. */
const colours = (text: string): Triple => {
  const numbers = text.split(",").map((number) => (number.trim() === "" ? Number.NaN : Number(number) * 255));
  const [red, green, blue] = numbers;
  if (numbers.length !== 3 || numbers.some((number) => !Number.isFinite(number)))
    throw new InvalidArgumentError("It must be three numbers, such as .485,.456,.406.");
  return [red!, green!, blue!];
};

/** What each kind of backbone may be told. */
const options = {
  "--weights": "weights",
  "--input-size": "size",
  "--crop": "crop",
  "--feature-cut": "featureCut",
  "--mean": "mean",
  "--std": "std",
} as const;

const forEmbedded: readonly string[] = ["--input-size", "--crop"];
const forKeras: readonly string[] = ["--weights", ...forEmbedded];
const forOnnx: readonly string[] = Object.keys(options).filter((option) => option !== "--weights");

/** @throws UsageError naming an option that the backbone has no use for */
export const ownBackboneOf = ({ backbone, inputSize, ...flags }: BackboneFlags): OwnSettings => {
  const said = { ...flags, size: inputSize };
  const own = Object.fromEntries(
    Object.values(options).flatMap((name) => (said[name] === undefined ? [] : [[name, said[name]]])),
  ) as OwnSettings;
  const [kind, allowed]: [string, readonly string[]] = isKerasBackbone(backbone)
    ? ["one of Keras' networks", forKeras]
    : isOnnxFile(backbone) || isUrl(backbone)
      ? ["an ONNX file", forOnnx]
      : ["a backbone that travels with Whippet", forEmbedded];
  const idle = Object.entries(options).find(([option, name]) => name in own && !allowed.includes(option));
  if (idle)
    throw new UsageError(`${backbone} is ${kind}, so ${idle[0]} says nothing; it may be told ${allowed.join(", ")}`);
  return own;
};
