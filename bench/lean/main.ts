/**
 * The lean engine beside onnxruntime-web: `npm run bench:lean [lite0|lite2|inception|inception-whole|workerd …]`, without a name
 * lite0, inception and workerd.
 * Exits with 1 when a bound is broken.
 */
import { parsePlan } from "../../shared/engine/lean/parse.ts";
import { buildSubject, type FormName, type SubjectName, subjectNames } from "./forms.ts";
import { measureWorkerd } from "./in-workerd.ts";
import { measureInterleaved, type Span } from "./interleaved.ts";

/** lean's CPU milliseconds as parts of onnxruntime-web's. */
const bounds: Record<SubjectName, readonly [lean: FormName, web: readonly FormName[], most: number][]> = {
  lite0: [
    ["lean int8", ["web int8"], 0.25],
    ["lean int8", ["web fp32"], 0.35],
    ["lean fp32", ["web fp32"], 0.5],
  ],
  lite2: [],
  inception: [["lean int8", ["web int8", "web fp32"], 0.5]],
  "inception-whole": [["lean int8", ["web int8", "web fp32"], 0.5]],
};

const rounds: Record<SubjectName, number> = { lite0: 25, lite2: 25, inception: 7, "inception-whole": 7 };

/** CPU milliseconds from lite0's int8 plan to a session. */
const mostReady = 15;

const say = (line: string): boolean => process.stdout.write(`${line}\n`);
const ms = (value: number): string => `${value.toFixed(1).padStart(7)} ms`;
const span = ({ wall, cpu }: Span): string => `${ms(wall)}, CPU ${ms(cpu)}`;
const mb = (bytes: number): string => `${(bytes / 1e6).toFixed(2).padStart(7)} MB`;

const hold = (what: string, found: number, most: number): void => {
  const held = found <= most;
  say(`  ${what}: ${found.toFixed(2)}, at most ${most}${held ? "" : "  TOO MUCH"}`);
  if (!held) process.exitCode = 1;
};

const inProcess = async (name: SubjectName): Promise<void> => {
  const subject = await buildSubject(name);
  say(`\n${name} at ${subject.size} px, in turns in this process`);
  const timings = await measureInterleaved(subject, rounds[name]);
  for (const { form, bytes, ready, run } of timings)
    say(`  ${form}  ${mb(bytes)}  ready ${span(ready)}  run ${span(run)}`);
  const runOf = (form: FormName): number => timings.find((timing) => timing.form === form)!.run.cpu;
  for (const [lean, web, most] of bounds[name])
    hold(`${lean} of ${web.join(" or ")}`, runOf(lean) / Math.min(...web.map(runOf)), most);
  if (name === "lite0") hold("lean int8's bytes to ready, in ms of CPU", timings[0]!.ready.cpu, mostReady);
  say(
    `  lean int8 takes ${mb(subject.forms["lean int8"].bytes.length + parsePlan(subject.forms["lean int8"].bytes).arena)} of plan and arena`,
  );
};

const inWorkerd = async (): Promise<void> => {
  say("\nlite0 in workerd, its model in a local R2, a photo of 512 x 512");
  for (const { form, first, firstCpu, cpu, memory } of await measureWorkerd(await buildSubject("lite0")))
    say(
      `  ${form}  first answer ${ms(first)}, CPU ${ms(firstCpu)}  then CPU ${ms(cpu)} a request  memory ${mb(memory)}`,
    );
};

const asked = process.argv.slice(2);
const sections = asked.length > 0 ? asked : ["lite0", "inception", "workerd"];
const isSubject = (name: string): name is SubjectName => (subjectNames as string[]).includes(name);
for (const section of sections) {
  if (section === "workerd") await inWorkerd();
  else if (isSubject(section)) await inProcess(section);
  else throw new Error(`no section ${section}; there are ${[...subjectNames, "workerd"].join(", ")}`);
}
