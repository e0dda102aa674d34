/** `whippet doctor`: what is there, what is missing, and the command that puts it right. */
import { Command } from "commander";
import { wrapped } from "../../training/text.ts";
import type { CommonOptions, Context } from "../context.ts";
import { type Finding, find, type State } from "../doctor/check.ts";
import { examineCloud } from "../doctor/cloud.ts";
import { localChecks } from "../doctor/local.ts";
import { example, jsonOption, storeOption } from "../options.ts";

interface DoctorOptions extends CommonOptions {
  cloud?: boolean;
}

const marks: Record<State, string> = { ok: "ok", off: "--", broken: "!!" };

/** Wide enough for the longest name of a check. */
const NAME = 14;

const show = (context: Context, { name, state, said, fix }: Finding): void => {
  const indent = " ".repeat(NAME + 4);
  for (const line of wrapped(`${marks[state]}  ${name.padEnd(NAME)}${said}`, indent)) context.print(line);
  // whole, so that it can be pasted
  for (const line of fix?.split("\n") ?? []) context.print(`${indent}${line}`);
};

export const doctorCommand = (context: Context): Command =>
  new Command("doctor")
    .description("say what is there and what is missing, each with the command that fixes it")
    .option("--cloud", "look at the cloud accounts: login, permissions, quotas, what is deployed")
    .addOption(storeOption())
    .addOption(jsonOption())
    .addHelpText("after", example("whippet doctor", "whippet doctor --cloud"))
    .action(async ({ cloud = false, store, json }: DoctorOptions) => {
      let broken = 0;
      const report = (finding: Finding) => {
        if (finding.state === "broken") broken++;
        if (json) context.data(finding);
        else show(context, finding);
      };
      if (cloud) await examineCloud(report, context.signal);
      else {
        for (const check of localChecks(() => context.openStore(store === undefined ? {} : { store }))) {
          context.signal.throwIfAborted();
          report(await find(check));
        }
      }
      if (broken > 0) process.exitCode = 1;
      if (!json) context.terminal.line(broken === 0 ? "Nothing is broken." : `${broken} broken; see !! above.`);
    });
