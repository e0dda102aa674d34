/** TensorBoard's own reader of event files, as a Python package in .tools. */
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { packageRoot } from "../../shared/package-root.ts";
import { pipInstalled } from "./pip.ts";

const folder = "tensorboard";

let there: boolean | undefined;

/** Whether it can be started; fetches it first where it is missing. */
export const hasTensorBoard = (): boolean =>
  (there ??= pipInstalled({ requirement: "tensorboard==2.20.0", folder, file: "tensorboard/__init__.py" }));

const program = `
import json, sys
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
events = EventAccumulator(sys.argv[1])
events.Reload()
print(json.dumps({tag: [[e.step, e.value] for e in events.Scalars(tag)] for tag in events.Tags()["scalars"]}))
`;

/** What TensorBoard would draw of a folder: by tag, a value a step. */
export const readScalars = (events: string): Record<string, [step: number, value: number][]> =>
  JSON.parse(
    execFileSync("python3", ["-c", program, events], {
      encoding: "utf8",
      env: { ...process.env, PYTHONPATH: join(packageRoot, ".tools", folder) },
      stdio: ["ignore", "pipe", "ignore"],
    }),
  );
