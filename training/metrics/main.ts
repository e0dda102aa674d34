/** What a model is judged by first: accuracy, or with several labels their mean average precision. */
import type { Scores } from "../../shared/manifest.ts";

export const mainName = ({ decisions }: Scores): "mAP" | "accuracy" => (decisions ? "mAP" : "accuracy");

export const mainShare = ({ top1, decisions }: Scores): number => decisions?.map ?? top1;

/** Where it lies with a chance of 95%. */
export const mainInterval = ({ interval, decisions }: Scores): readonly [number, number] | undefined =>
  decisions ? decisions.intervals?.map : interval;
