/** Something that a deploy keeps to: which deploys show it, what must hold of them, and what breaks it. */
import type { Graph } from "../../infra/graph.ts";
import type { Change } from "../../infra/project.ts";
import type { Name } from "./situations.ts";

interface AnyPromise {
  /** Reads on from "the deploy". */
  promise: string;
  in: Name;
  /** Small edits of the configuration, each of which must break it. */
  breaks: readonly Change[];
}

export interface Promised extends AnyPromise {
  /** Throws where it does not hold. */
  holds: (graph: Graph) => void;
}

/** A deploy that is refused rather than made. */
export interface Refused extends AnyPromise {
  /** What it is refused with. */
  refuses: RegExp;
}
