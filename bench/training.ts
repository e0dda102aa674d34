/**
 * `node bench/training.ts <photos>`: seconds from the command to the published model with its figures, cold and warm, and where
 * they went. On two cores that nobody else wants it exits with 1 when a bound is broken; on a busy machine look at the
 * processor's seconds, of which two cores have two a second.
 */
import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { cpus, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { packageRoot } from "../shared/package-root.ts";
import { readCurrent } from "../shared/registry.ts";
import { createFileStore } from "../shared/store/file.ts";

/** Seconds for 1,000 photos; a warm run may take half of what the cold one may. */
const BOUND = { cold: 45, warm: 22.5 };

const [folder] = process.argv.slice(2);
if (folder === undefined) {
  process.stderr.write("usage: node bench/training.ts <photos>, a folder per class\n");
  process.exit(2);
}

/** In seconds. */
interface Run {
  wall: number;
  /** Of the processor, all threads. */
  cpu: number;
}

/** Says what it has used when it ends, where its parent listens. */
const teller = `data:text/javascript,import{writeSync}from"node:fs";process.on("exit",()=>{const{user,system}=process.cpuUsage();writeSync(3,String((user+system)/1e6))})`;

const train = async (home: string): Promise<Run> => {
  const command = join(packageRoot, "cli/bin.js");
  const started = performance.now();
  const child = spawn(process.execPath, ["--import", teller, command, "train", resolve(folder), "--name", "bench"], {
    cwd: home,
    stdio: ["ignore", "inherit", "inherit", "pipe"],
  });
  let used = "";
  child.stdio[3]!.on("data", (chunk) => (used += chunk));
  const code = await new Promise((done, failed) => child.once("error", failed).once("close", done));
  if (code !== 0) throw new Error(`whippet train ended with ${code}`);
  const wall = (performance.now() - started) / 1000;
  return { wall, cpu: Number(used) };
};

const home = await mkdtemp(join(tmpdir(), "whippet-bench-"));
try {
  const runs = { cold: await train(home), warm: await train(home) };
  // the second run came to the version that was there, whose manifest is the first's
  const { manifest } = await readCurrent(createFileStore(join(home, ".whippet/store")), "bench");
  console.log(`${cpus().length} cores, ${cpus()[0]?.model ?? "unknown"}`);
  console.table(runs);
  console.log("of the cold run's seconds:", manifest.seconds);
  for (const run of ["cold", "warm"] as const)
    if (runs[run].wall > BOUND[run]) {
      console.error(`${run}: ${runs[run].wall.toFixed(1)} s, and ${BOUND[run]} s is the most for 1,000 photos`);
      process.exitCode = 1;
    }
} finally {
  await rm(home, { recursive: true });
}
