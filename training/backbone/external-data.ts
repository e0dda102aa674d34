/**
 * Weights that an ONNX file leaves in files beside it, as PyTorch's exporter does by default: read in, so that the model is
 * whole. Source: https://onnx.ai/onnx/repo-docs/ExternalData.html
 */
import { readFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { clearField } from "@bufbuild/protobuf";
import { TensorProto_DataLocation, TensorProtoSchema } from "../../shared/onnx/gen/onnx_pb.js";
import type { GraphProto, Model, TensorProto } from "../../shared/onnx/model.ts";

interface Place {
  /** Relative to the model's folder, with / between folders. */
  location: string;
  offset: number;
  /** In bytes; to the end of the file without it. */
  length: number | undefined;
}

/**
 * The files beside `path` that hold weights, by their paths relative to its folder.
 * @throws Error when one lies outside of that folder
 */
export const externalFiles = (model: Model, path: string): string[] => [
  ...new Set(externalTensors(model.graph).map((tensor) => placeOf(tensor, path).location)),
];

/**
 * Reads the weights that `path` leaves outside into the model.
 *
 * @returns the files' bytes, in the order in which the graph names them
 * @throws Error naming a file that is missing, or too short for what it must hold
 */
export const readExternalData = async (model: Model, path: string): Promise<Uint8Array[]> => {
  const files = new Map<string, Uint8Array>();
  for (const location of externalFiles(model, path))
    files.set(location, await readBeside(join(dirname(path), location), path));
  for (const tensor of externalTensors(model.graph)) {
    const { location, offset, length } = placeOf(tensor, path);
    const file = files.get(location)!;
    const end = offset + (length ?? Math.max(0, file.length - offset));
    if (!(offset >= 0 && offset <= end && end <= file.length))
      throw new Error(
        `${location} has ${file.length} bytes, but ${basename(path)} keeps the tensor "${tensor.name}" in its bytes ` +
          `${offset} to ${end}; the two are not of one export, or the file is cut off: copy both again`,
      );
    tensor.rawData = file.subarray(offset, end);
    tensor.externalData = [];
    clearField(tensor, TensorProtoSchema.field.dataLocation);
  }
  return [...files.values()];
};

const readBeside = (file: string, path: string): Promise<Uint8Array> =>
  readFile(file).catch((cause: NodeJS.ErrnoException) => {
    const why = cause.code === "ENOENT" ? "is not there" : `cannot be read (${cause.message})`;
    throw new Error(
      `${basename(path)} keeps its weights in ${file}, which ${why}; put it there under that name, ` +
        "or export the network into one file (PyTorch: torch.onnx.export(…, external_data=False))",
      { cause },
    );
  });

/** Of the graph, of its nodes' attributes, and of the graphs in those. */
const externalTensors = (graph: GraphProto): TensorProto[] => {
  const attributes = graph.node.flatMap(({ attribute }) => attribute);
  return [...graph.initializer, ...attributes.flatMap(({ t, tensors }) => (t ? [t, ...tensors] : tensors))]
    .filter(({ dataLocation }) => dataLocation === TensorProto_DataLocation.EXTERNAL)
    .concat(attributes.flatMap(({ g, graphs }) => (g ? [g, ...graphs] : graphs).flatMap(externalTensors)));
};

const placeOf = ({ name, externalData }: TensorProto, path: string): Place => {
  const said = new Map(externalData.map(({ key, value }) => [key, value]));
  const location = said.get("location") ?? "";
  // What a model names is read, and fetched: nothing outside of its own folder
  const parts = location.split(/[/\\]/);
  if (location === "" || parts.some((part) => part === "" || part === ".." || part.includes(":")))
    throw new Error(
      `${basename(path)} keeps the tensor "${name}" in "${location}", which is no file in its own folder; ` +
        "export it with its weights beside it",
    );
  const length = said.get("length");
  return { location, offset: Number(said.get("offset") ?? 0), length: length === undefined ? length : Number(length) };
};
