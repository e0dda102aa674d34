/** A backbone for whole trainings that are about something else: its photos have 64 pixels a side, which spares most of the time. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { exported } from "../onnx/exported.ts";

/** Writes a small ResNet with random weights into `folder`. @returns the options of `whippet train` that take it from there */
export const writeSmallBackbone = async (folder: string): Promise<string[]> => {
  await writeFile(join(folder, "small.onnx"), exported("resnet.dynamo"));
  return ["--backbone", "./small.onnx", "--mean", ".5,.5,.5", "--std", ".5,.5,.5"];
};
