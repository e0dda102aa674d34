/** Remote trainings: which there are, what one does, following it, ending it. */
import { setTimeout as sleep } from "node:timers/promises";
import { Command } from "commander";
import { trainingIdSchema } from "../../shared/jobs/id.ts";
import { isFinal, type Jobs, type TrainingState } from "../../shared/jobs/jobs.ts";
import type { Context } from "../context.ts";
import { UsageError } from "../failure.ts";
import { example, jsonOption, viaOption } from "../options.ts";
import { jobsOf, readConfiguration } from "../remote/configuration.ts";
import { showOutcome } from "../remote/outcome.ts";
import { followOrDetach } from "../remote/train.ts";
import { duration, table } from "../terminal.ts";

interface TrainingsOptions {
  via?: string;
  json?: boolean;
}

const open = async ({ via }: TrainingsOptions) => {
  const configuration = await readConfiguration(process.env);
  return { configuration, jobs: await jobsOf(configuration, via) };
};

export const trainingsCommand = (context: Context): Command => {
  const trainings = new Command("trainings")
    .description("list the trainings that run elsewhere; show, follow or cancel one")
    .addOption(viaOption())
    .addOption(jsonOption())
    .addHelpText("after", example("whippet trainings", "whippet trainings follow 20261123-120000-1a2b3c4d"))
    // so that `trainings show ID --json` is the subcommand's
    .enablePositionalOptions()
    .action(async (options: TrainingsOptions) => {
      const { jobs } = await open(options);
      const states = await jobs.list();
      if (options.json) for (const state of states) context.data(state);
      else if (states.length > 0) context.print(table(head, states.map(row)));
      else context.terminal.line("No trainings. Start one with: npx whippet train <photos> --remote");
    });
  for (const command of [showCommand, followCommand, cancelCommand])
    trainings.addCommand(command(context).copyInheritedSettings(trainings).exitOverride());
  return trainings;
};

const head = ["training", "model", "on", "state", "took", ""];

const row = (state: TrainingState): string[] => [
  state.id,
  state.model,
  state.device,
  state.state,
  took(state),
  state.detail ?? (state.shardsDone === undefined ? "" : `${state.shardsDone} of ${state.shards} shards done`),
];

/** Since a machine began to work on it. */
const took = ({ started, ended }: TrainingState): string =>
  started === undefined ? "" : duration((ended === undefined ? Date.now() : Date.parse(ended)) - Date.parse(started));

const one = (name: string, what: string): Command =>
  new Command(name)
    .description(what)
    .argument("<id>", "as `whippet trainings` lists it")
    .addOption(viaOption())
    .addOption(jsonOption())
    .addHelpText("after", example(`whippet trainings ${name} 20261123-120000-1a2b3c4d`));

/** @throws UsageError for what can be no id */
const checkId = (id: string): string => {
  const parsed = trainingIdSchema.safeParse(id);
  if (!parsed.success) throw new UsageError(`${id} is not ${parsed.error.issues[0]?.message}`);
  return parsed.data;
};

const showCommand = (context: Context): Command =>
  one("show", "where a training stands, and the end of its log").action(
    async (given: string, options: TrainingsOptions) => {
      const id = checkId(given);
      const { jobs } = await open(options);
      const { state, last } = await endOfLog(jobs, id, context.signal);
      if (options.json) return context.data({ ...state, log: last });
      context.print(table(head, [row(state)]));
      for (const line of last) context.terminal.line(`  ${line}`);
      if (!isFinal(state.state)) context.terminal.line(`Follow it: npx whippet trainings follow ${id}`);
    },
  );

/** Of a log that is shown, not followed. */
const LAST_LINES = 20;
/** Milliseconds between two pages. */
const BETWEEN_PAGES = 500;

/** Logs are read from their beginning, a page at a time. */
const endOfLog = async (
  jobs: Jobs,
  id: string,
  signal: AbortSignal,
): Promise<{ state: TrainingState; last: string[] }> => {
  const last: string[] = [];
  for (let from: string | undefined; ; ) {
    const { state, lines, next, more = false } = await jobs.log(id, from);
    last.push(...lines.map(({ text }) => text));
    last.splice(0, last.length - LAST_LINES);
    if (!more) return { state, last };
    from = next;
    await sleep(BETWEEN_PAGES, undefined, { signal });
  }
};

const followCommand = (context: Context): Command =>
  one("follow", "follow a training to its end; Ctrl-C detaches").action(
    async (given: string, { via, json = false }: TrainingsOptions) => {
      const id = checkId(given);
      const { configuration, jobs } = await open({ ...(via !== undefined && { via }) });
      await showOutcome(context, await followOrDetach(context, jobs, id, via), { configuration, via, json });
    },
  );

const cancelCommand = (context: Context): Command =>
  one("cancel", "end a training; what it computed stays for another").action(
    async (given: string, options: TrainingsOptions) => {
      const id = checkId(given);
      const { jobs } = await open(options);
      await jobs.cancel(id, "by the owner, on the command line");
      const state = await jobs.describe(id);
      if (options.json) return context.data(state);
      const over = isFinal(state.state) ? `is ${state.state}` : "is being ended: it saves what it computed first";
      context.terminal.line(`Training ${id} ${over}.`);
    },
  );
