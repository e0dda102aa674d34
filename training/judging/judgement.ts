/** What comes of judging a head: how it is published, what is said of it, and how the gate holds its forms against it. */
import type { Manifest } from "../../shared/manifest.ts";
import type { Figures, UnknownCheck } from "../../shared/metrics.ts";
import type { Photo } from "../dataset/dataset.ts";
import type { TrialInput } from "../export/trial.ts";
import type { GateView } from "../gate-views.ts";
import type { Head } from "../head/head.ts";
import type { Judges } from "./judges.ts";
import type { UnknownCheckOptions } from "./unknown-check.ts";

/** A photo that judged, and what is answered about it. */
export interface PhotoAnswer {
  photo: Photo;
  /** What it shows: one label, or any number of them. */
  shown: readonly number[];
  /** Calibrated, a label each. */
  scores: Float64Array;
}

/** How logits become answers. */
export type Answering = Pick<Manifest, "task" | "temperature"> & {
  unknown?: NonNullable<Manifest["unknown"]>;
  thresholds?: NonNullable<Manifest["thresholds"]>;
};

export interface Judgement {
  /** As it is published. */
  head: Head;
  answering: Answering;
  unknown: UnknownCheck;
  /** Photos that judged. */
  photos: number;
  /** Per photo, logits as the published head would give them had it not learned from it; undefined where it judges nothing. */
  heldOut: readonly (Float32Array | undefined)[];
  gate: Pick<TrialInput, "score" | "agreement">;
  /** @param served per view of the gate, the served form's logits, moved to where the held-out ones lie */
  figures(views: readonly GateView[], served: readonly Float32Array[]): { float: Figures; served: Figures };
  /** @param served as for the figures */
  answers(views: readonly GateView[], served: readonly Float32Array[]): PhotoAnswer[];
}

export interface JudgementOptions extends Omit<UnknownCheckOptions, "unknown"> {
  photos: readonly Photo[];
  labels: readonly string[];
  /** Per photo, what the head that judges it answers. */
  logits: readonly (Float32Array | undefined)[];
  judges: Judges;
}
