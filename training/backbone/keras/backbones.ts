/**
 * Networks that Keras publishes trained weights of, as data. Preprocessing and hashes are those of keras.applications 2.15
 * (https://github.com/keras-team/keras/tree/v2.15.0/keras/applications).
 */
import type { Cut } from "../../export/feature-cut.ts";
import type { KerasModel } from "./convert.ts";

export interface KerasBackbone {
  /** Of its weights, without the classifier. */
  url: string;
  bytes: number;
  /** As Keras publishes it; it publishes none of MobileNetV2. */
  md5?: string;
  licence: string;
  /** Side of the photos it was trained on, and of the square of a photo's middle that it is judged by. */
  size: number;
  /** What that square is cut out of: the short side of the whole photo at the same scale. */
  shortSide: number;
  /** What of a pixel, 0 to 255, is to be taken off and divided by; where it is not said, the network's first layers do it. */
  preparation?: { mean: Triple; std: Triple };
  colours: NonNullable<KerasModel["colours"]>;
  cut: Cut;
  /** As to_json() writes it. */
  topology(): Promise<{ default: unknown }>;
}

type Triple = readonly [number, number, number];

const storage = "https://storage.googleapis.com";
const applications = `${storage}/tensorflow/keras-applications`;

/** To -1 to 1: `mode="tf"`. */
const signed = { preparation: { mean: [127.5, 127.5, 127.5], std: [127.5, 127.5, 127.5] }, colours: "RGB" } as const;

/** Blue first, less the mean of ImageNet's photos: `mode="caffe"`. The mean is given as red, green, blue. */
const caffe = { preparation: { mean: [123.68, 116.779, 103.939], std: [1, 1, 1] }, colours: "BGR" } as const;

export const kerasBackbones = {
  "inception-resnet-v2": {
    url: `${applications}/inception_resnet_v2/inception_resnet_v2_weights_tf_dim_ordering_tf_kernels_notop.h5`,
    bytes: 219_055_592,
    md5: "d19885ff4a710c122648d3b5c3b684e4",
    licence: "Apache-2.0",
    ...{ size: 299, shortSide: 342, ...signed },
    cut: { tensor: "conv_7b_ac", channels: 1536 },
    topology: () => import("./topologies/inception-resnet-v2.json", { with: { type: "json" } }),
  },
  resnet50: {
    url: `${applications}/resnet/resnet50_weights_tf_dim_ordering_tf_kernels_notop.h5`,
    bytes: 94_765_736,
    md5: "4d473c1dd8becc155b73f8504c6f6626",
    licence: "MIT",
    ...{ size: 224, shortSide: 256, ...caffe },
    cut: { tensor: "conv5_block3_out", channels: 2048 },
    topology: () => import("./topologies/resnet50.json", { with: { type: "json" } }),
  },
  "mobilenet-v2": {
    url: `${applications}/mobilenet_v2/mobilenet_v2_weights_tf_dim_ordering_tf_kernels_1.0_224_no_top.h5`,
    bytes: 9_406_464,
    licence: "Apache-2.0",
    ...{ size: 224, shortSide: 256, ...signed },
    cut: { tensor: "out_relu", channels: 1280 },
    topology: () => import("./topologies/mobilenet-v2.json", { with: { type: "json" } }),
  },
  "efficientnet-b0": {
    url: `${storage}/keras-applications/efficientnetb0_notop.h5`,
    bytes: 16_705_208,
    md5: "50bc09e76180e00e4465e1a485ddc09d",
    licence: "Apache-2.0",
    ...{ size: 224, shortSide: 256, colours: "RGB" },
    cut: { tensor: "top_activation", channels: 1280 },
    topology: () => import("./topologies/efficientnet-b0.json", { with: { type: "json" } }),
  },
} satisfies Record<string, KerasBackbone>;

export type KerasBackboneName = keyof typeof kerasBackbones;

export const isKerasBackbone = (name: string): name is KerasBackboneName => Object.hasOwn(kerasBackbones, name);
