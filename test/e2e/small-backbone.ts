/** Backbones for whole trainings that are about something else: small photos spare most of the time. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { exported } from "../onnx/exported.ts";

/** Side of the photos of a catalogue's network, in pixels: drawn shapes are told apart at this size too, at a fifth of the time. */
export const inputSize = 96;

/** The same as options of `whippet train`. */
export const smallPhotos = ["--input-size", String(inputSize)];

/** For photos of 64 pixels. Writes a small ResNet with random weights into `folder`. @returns the options of `whippet train` that take it from there */
export const writeSmallBackbone = async (folder: string): Promise<string[]> => {
  await writeFile(join(folder, "small.onnx"), exported("resnet.dynamo"));
  return ["--backbone", "./small.onnx", "--mean", ".5,.5,.5", "--std", ".5,.5,.5"];
};
