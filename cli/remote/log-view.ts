/** A training's log as people follow it: its stages as bars, its notes as lines; the shards' bars added up. */

import type { LogLine, TrainingState } from "../../shared/jobs/jobs.ts";
import { parseTrainingLine, type TrainingEvent } from "../../shared/training-events.ts";
import type { Stage, Terminal } from "../terminal.ts";
import { trialLine } from "../train/print-sweep.ts";

export type Done = Extract<TrainingEvent, { event: "done" }>;

export interface LogView {
  show(line: LogLine): void;
  /** What the training came to, once it said so. */
  done(): Done | undefined;
  /** Why it failed, in its own words. */
  failure(): string | undefined;
}

export const createLogView = (
  terminal: Terminal,
  { shards, device }: Pick<TrainingState, "shards" | "device">,
): LogView => {
  const stages = new Map<string, Stage>();
  const progress = new Map<number, { done: number; total: number }>();
  const extracted = new Map<number, number>();
  let done: Done | undefined;
  let failure: string | undefined;

  const stage = (name: string): Stage => {
    const known = stages.get(name) ?? terminal.stage(name);
    stages.set(name, known);
    return known;
  };
  const end = (name: string, summary: string) => {
    stage(name).end(summary);
    stages.delete(name);
  };

  const showTrial = ({ trial, scores }: Extract<TrainingEvent, { event: "trial" }>): void =>
    terminal.line(
      trialLine(
        Object.entries(trial).map(([key, value]) => `${key} ${value}`),
        scores,
      ),
    );

  /** Of many machines, only the features' progress is worth a line. */
  const showShard = (shard: number, event: TrainingEvent): void => {
    if (event.event === "failed") terminal.line(`  shard ${shard} failed: ${event.error}`);
    if (event.event === "note") terminal.line(`  shard ${shard}: ${event.text}`);
    if (event.event === "trial") showTrial(event);
    if (event.event === "progress" && event.stage === "features") {
      progress.set(shard, event);
      const all = [...progress.values()];
      const sum = (of: "done" | "total") => all.reduce((total, part) => total + part[of], 0);
      stage("features").update(sum("done"), sum("total"));
    }
    if (event.event !== "extracted") return;
    extracted.set(shard, event.photos);
    if (extracted.size === shards)
      end("features", `${[...extracted.values()].reduce((a, b) => a + b, 0)} photos in ${shards} shards`);
  };

  const showEvent = (event: TrainingEvent): void => {
    switch (event.event) {
      case "stage":
        if (event.summary === undefined) stage(event.stage);
        else end(event.stage, event.summary);
        break;
      case "progress":
        stage(event.stage).update(event.done, event.total);
        break;
      case "note":
        terminal.line(event.text);
        break;
      case "trial":
        showTrial(event);
        break;
      case "stopped":
        terminal.line(
          `  the machine was taken away (${event.reason}); ${device === "gpu" ? "another goes on from what is computed" : "what is computed is kept"}`,
        );
        break;
      case "done":
        done = event;
        break;
      case "failed":
        failure = event.error;
    }
  };

  return {
    show({ text, shard }) {
      const event = parseTrainingLine(text);
      if (event === undefined) terminal.line(`  ${text}`);
      else if (shard === undefined) showEvent(event);
      else {
        if (event.event === "failed") failure = `shard ${shard}: ${event.error}`;
        showShard(shard, event);
      }
    },
    done: () => done,
    failure: () => failure,
  };
};
