/** Splits an ONNX file as PyTorch's exporter does: its larger tensors in a second file, each on a boundary. */

import { create } from "@bufbuild/protobuf";
import { StringStringEntryProtoSchema, TensorProto_DataLocation } from "../../shared/onnx/gen/onnx_pb.js";
import { readModel, writeModel } from "../../shared/onnx/model.ts";

/** Where PyTorch's exporter puts each tensor: at a multiple of this many bytes. */
const boundary = 64;

/** @param location of the second file, as the first one names it */
export const withWeightsOutside = (bytes: Uint8Array, location: string): { model: Uint8Array; weights: Uint8Array } => {
  const model = readModel(bytes);
  const parts: Uint8Array[] = [];
  let offset = 0;
  for (const tensor of model.graph.initializer) {
    if (tensor.rawData.length < 64) continue;
    const says = { location, offset: String(offset), length: String(tensor.rawData.length) };
    const padded = new Uint8Array(Math.ceil(tensor.rawData.length / boundary) * boundary);
    padded.set(tensor.rawData);
    parts.push(padded);
    offset += padded.length;
    tensor.rawData = new Uint8Array();
    tensor.dataLocation = TensorProto_DataLocation.EXTERNAL;
    tensor.externalData = Object.entries(says).map(([key, value]) =>
      create(StringStringEntryProtoSchema, { key, value }),
    );
  }
  return { model: writeModel(model), weights: new Uint8Array(Buffer.concat(parts)) };
};
