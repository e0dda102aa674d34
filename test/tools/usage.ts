/** What a Node process, and each that it starts, took of the machine: counted by the kernel, told on stderr as it exits. */

export interface Usage {
  pid: number;
  /** The most memory that it held at once (maximum resident set size). */
  peakMb: number;
  /** Of all its threads, in user and kernel mode. */
  cpuSeconds: number;
}

const tell =
  'process.on("exit",()=>{const{maxRSS,userCPUTime,systemCPUTime}=process.resourceUsage();' +
  'process.stderr.write(["usage",process.pid,maxRSS,userCPUTime+systemCPUTime].join(" ")+"\\n")})';

/** For the environment of the first process. */
export const telling = { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(tell)}` };

/** Threads tell it too, of the whole process: what it told last counts. */
export const usagesIn = (stderr: string): Usage[] => {
  const told = [...stderr.matchAll(/usage (\d+) (\d+) (\d+)/g)].map(([, ...numbers]) => numbers.map(Number));
  const byProcess = new Map(
    told.map(([pid = 0, kilobytes = 0, microseconds = 0]) => [
      pid,
      { pid, peakMb: kilobytes / 1024, cpuSeconds: microseconds / 1e6 },
    ]),
  );
  return [...byProcess.values()];
};
