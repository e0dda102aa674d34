/** The forms that are compared: one model in int8 and in float32, as ONNX for onnxruntime-web and as plans. */
import type { Precision } from "../../shared/engine/engine.ts";
import { writeModel } from "../../shared/onnx/model.ts";
import { catalogue, readBackbone } from "../../training/backbone/catalogue.ts";
import { readBackboneHead } from "../../training/export/backbone-head.ts";
import { calibrate } from "../../training/export/calibrate.ts";
import { canonicalise } from "../../training/export/canonicalise.ts";
import { buildFloatModel } from "../../training/export/float-model.ts";
import { optimiseAhead } from "../../training/export/optimise-ahead.ts";
import { compilePlan } from "../../training/export/plan/compile.ts";
import { quantize } from "../../training/export/quantize.ts";
import { type Blocks, inceptionResNet, inceptionSize } from "./inception-resnet.ts";

export const formNames = ["lean int8", "lean fp32", "web int8", "web fp32"] as const;
export type FormName = (typeof formNames)[number];

export interface Subject {
  size: number;
  photo: Float32Array;
  forms: Record<FormName, { bytes: Uint8Array; precision: Precision }>;
}

const floats = {
  /** With its ImageNet head. */
  lite0: () => backbone("lite0"),
  lite2: () => backbone("lite2"),
  inception: () => inception({ first: 2, second: 4, third: 2 }),
  "inception-whole": () => inception({ first: 10, second: 20, third: 10 }),
};
export type SubjectName = keyof typeof floats;
export const subjectNames = Object.keys(floats) as SubjectName[];

const backbone = async (name: "lite0" | "lite2"): Promise<{ float: Uint8Array; size: number }> => {
  const { input, cuts, imagenetHead } = catalogue[name];
  const { bytes } = await readBackbone(name);
  const head = await readBackboneHead(bytes, imagenetHead);
  return { float: await buildFloatModel({ backbone: bytes, cuts: [cuts[0]], head }), size: input.size };
};

const inception = async (blocks: Blocks): Promise<{ float: Uint8Array; size: number }> => ({
  float: writeModel(await canonicalise(inceptionResNet(blocks))),
  size: inceptionSize,
});

/** Calibrated on waves, so only speed means anything. */
export const buildSubject = async (name: SubjectName): Promise<Subject> => {
  const { float, size } = await floats[name]();
  const photo = Float32Array.from({ length: 3 * size * size }, (_, i) => Math.sin(i / 77) * Math.cos(i / 1011));
  const statistics = await calibrate({ model: float, size, photos: [photo] });
  const int8 = await optimiseAhead(quantize({ model: float, statistics }));
  return {
    size,
    photo,
    forms: {
      "lean int8": { bytes: await compilePlan(int8), precision: "int8" },
      "lean fp32": { bytes: await compilePlan(float), precision: "float32" },
      "web int8": { bytes: int8, precision: "int8" },
      "web fp32": { bytes: float, precision: "float32" },
    },
  };
};
