/** A graph in two: what comes before some tensors and can be computed once, and what makes the outputs of them. */
import { create } from "@bufbuild/protobuf";
import { StringStringEntryProtoSchema } from "../../../shared/onnx/gen/onnx_pb.js";
import { floatValue, initializers, inputName, producers, prune } from "../../../shared/onnx/graph.ts";
import { copyModel, type Model } from "../../../shared/onnx/model.ts";
import { exportedForOne, ONE_PHOTO } from "./read-graph.ts";

export interface SplitModel {
  /** From the photo to the tensors; it runs in onnxruntime or compiled. */
  prefix: Model;
  /** From the tensors, which are its inputs, to the outputs. */
  suffix: Model;
}

/** @throws Error for a tensor that no node makes, or when an output depends on the photo by a way around the tensors */
export const splitModel = (model: Model, tensors: readonly string[]): SplitModel => {
  const made = producers(model.graph);
  const missing = tensors.find((name) => !made.has(name));
  if (missing !== undefined)
    throw new Error(`the graph has no tensor "${missing}" to be split at; name one that a node makes`);
  const declared = new Map(model.graph.valueInfo.map((value) => [value.name, value]));
  const values = tensors.map((name) => declared.get(name) ?? floatValue(name));
  const photo = inputName(model.graph);

  const prefix = copyModel(model);
  prefix.graph.output = values;
  prune(prefix.graph);

  const suffix = copyModel(model);
  const cut = new Set(tensors);
  suffix.graph.node = suffix.graph.node.filter((node) => !node.output.some((name) => cut.has(name)));
  suffix.graph.input.push(...values);
  prune(suffix.graph);
  const around = suffix.graph.node.find((node) => node.input.includes(photo));
  if (around)
    throw new Error(
      `the outputs depend on "${photo}" by a way around ${tensors.map((name) => `"${name}"`).join(", ")}; name tensors that every way passes`,
    );
  const constants = initializers(suffix.graph);
  suffix.graph.input = suffix.graph.input.filter(({ name }) => cut.has(name) && !constants.has(name));
  if (exportedForOne(model))
    suffix.metadataProps.push(create(StringStringEntryProtoSchema, { key: ONE_PHOTO, value: "true" }));
  return { prefix, suffix };
};
