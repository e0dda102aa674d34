/** Something that a deploy keeps to: which deploys show it, what must hold of them, and what breaks it. */
import type { Graph } from "../../infra/graph.ts";
import type { Change } from "../../infra/project.ts";
import type { Name } from "./situations.ts";

export interface Promised {
  /** Reads on from "the deploy". */
  promise: string;
  in: Name;
  /** Throws where it does not hold. */
  holds: (graph: Graph) => void;
  /** Small edits of the configuration, each of which must make `holds` throw. */
  breaks: readonly Change[];
}
