/** What `whippet train --json` and `whippet evaluate --json` print, as far as whole runs look at it. */
interface Scores {
  photos: number;
  top1: number;
  ece: number;
}

export interface Trained {
  model: string;
  version: string;
  promoted: boolean;
  existed: boolean;
  seconds: number;
  photos: number;
  classes: number;
  metrics: { agreement: number; float: Scores; served: Scores };
  unknown: { kept: number; hidden?: { auroc: number; refused: number } };
  files: { path: string; bytes: number; sha256: string; metrics: { engine: string; agreement: number }[] }[];
  serve: { native: string; web: string };
}

export interface Evaluated {
  version: string;
  engine: string;
  photos: number;
  top1: number;
}
