/** `npm run fuzz`: all of it. `npm run fuzz -- --seed 7 --images 2000 --requests 500` is some of it. */
import { parseArgs } from "node:util";
import { fuzz } from "./run.ts";

/** The last tenth of the images may find the process so much larger than the first did. */
const GROWTH = 1.2;

const { values } = parseArgs({
  options: {
    seed: { type: "string", default: "1" },
    images: { type: "string", default: "20000" },
    requests: { type: "string", default: "5000" },
  },
});
const started = performance.now();
const report = await fuzz({
  seed: Number(values.seed),
  images: Number(values.images),
  requests: Number(values.requests),
  onProgress: (line) => process.stderr.write(`${line}\n`),
});
const { findings, memory } = report;
if (memory.after > memory.warm * GROWTH)
  findings.push(`memory grew from ${memory.warm} MB to ${memory.after} MB, by more than ${GROWTH * 100 - 100}%`);
process.stdout.write(
  `${JSON.stringify({ ...report, seconds: Math.round((performance.now() - started) / 1000) }, null, 2)}\n`,
);
process.exitCode = findings.length > 0 ? 1 : 0;
