/** What is published, which version answers, and what may go: `models`, `promote`, `rollback`, `remove`, `prune`. */
import { Command, InvalidArgumentError, Option } from "commander";
import { systemClock } from "../../shared/classifier/clock.ts";
import {
  candidateOf,
  listModels,
  listVersions,
  promote,
  prune,
  readManifest,
  readPointer,
  remove,
  rollback,
  tryOut,
} from "../../shared/registry.ts";
import { openStore } from "../../shared/store/open.ts";
import type { Store } from "../../shared/store/store.ts";
import { localCache, pruneCache } from "../../training/cache.ts";
import type { CommonOptions, Context } from "../context.ts";
import { example, jsonOption, storeOption } from "../options.ts";
import { count, megabytes, percent, table } from "../terminal.ts";

/** Younger orphans may still be a publication under way. */
const DAY = 24 * 60 * 60 * 1000;
/** Whoever trains again does so within a month, or may wait for it. */
const CACHE_DAYS = 30;

export const modelsCommand = (context: Context): Command =>
  new Command("models")
    .description("list the published models, or the versions of one")
    .argument("[name]", "a model, to see its versions")
    .addOption(storeOption())
    .addOption(jsonOption())
    .addHelpText("after", example("whippet models", "whippet models dogs --json"))
    .action(async (name: string | undefined, options: CommonOptions) => {
      const store = context.openStore(options);
      if (name !== undefined) return listOf(context, store, name, options);
      const models = await listModels(store);
      if (options.json) {
        for (const model of models) context.data(model);
        return;
      }
      if (models.length === 0) {
        context.terminal.line(`Nothing is published in ${store.url} yet. Publish with: npx whippet train <photos>`);
        return;
      }
      context.print(
        table(
          ["model", "version", "classes", "created"],
          models.map((model) => [
            model.name,
            model.version ?? "",
            model.labels === undefined ? "" : count(model.labels),
            model.created === undefined ? `damaged: ${model.damage}` : dateOf(model.created),
          ]),
        ),
      );
    });

/** One model's versions, newest first. */
const listOf = async ({ data, print }: Context, store: Store, name: string, { json }: CommonOptions): Promise<void> => {
  const current = await readPointer(store, name);
  const versions = (await listVersions(store, name)).reverse();
  if (versions.length === 0)
    throw new Error(`no model named ${name} is in ${store.url}; \`whippet models\` lists them`);
  const manifests = await Promise.all(versions.map((version) => readManifest(store, name, version)));
  const { version: answering, previous, candidate } = current?.pointer ?? {};
  const role = (version: string): string => {
    if (version === answering) return "answers";
    if (version === candidate?.version) return `tried on ${percent(candidate.share)}`;
    return version === previous ? "previous" : "";
  };
  if (json) {
    for (const manifest of manifests) data({ ...manifest, role: role(manifest.version) || null });
    return;
  }
  print(
    table(
      ["version", "created", "photos", "accuracy", "web", ""],
      manifests.map(({ version, created, data: dataset, metrics, files, serve }) => [
        version,
        dateOf(created),
        dataset ? count(dataset.photos) : "",
        metrics.served ? percent(metrics.served.top1) : "",
        megabytes(files.find(({ path }) => path === serve.web)?.bytes ?? 0),
        role(version),
      ]),
    ),
  );
};

const dateOf = (created: string): string => created.slice(0, 16).replace("T", " ");

export const promoteCommand = (context: Context): Command =>
  new Command("promote")
    .description("let a published version answer")
    .argument("<name>")
    .argument("[version]", "as `whippet models <name>` lists it (default: the one that is tried)")
    .addOption(new Option("--share <percent>", "only of the requests, such as 10%").argParser(readShare))
    .addOption(storeOption())
    .addOption(jsonOption())
    .addHelpText(
      "after",
      example(
        "whippet promote dogs 20260131T120000Z-1a2b3c4d5e6f",
        "whippet promote dogs 20260131T120000Z-1a2b3c4d5e6f --share 10%",
        "whippet promote dogs",
      ),
    )
    .action(async (name: string, given: string | undefined, options: CommonOptions & { share?: number }) => {
      const store = context.openStore(options);
      const { share, json } = options;
      const version = given ?? (await candidateOf(store, name));
      if (share === undefined) await promote(store, name, version, systemClock);
      else await tryOut(store, name, version, share);
      if (json) return context.data({ model: name, version, ...(share !== undefined && { share }) });
      if (share === undefined)
        context.terminal.line(`${name} now answers with ${version}. Back: npx whippet rollback ${name}`);
      else {
        context.terminal.line(`${version} of ${name} is tried on ${percent(share)} of the requests.`);
        context.terminal.line(`  For good: npx whippet promote ${name}`);
        context.terminal.line(`  No more:  npx whippet rollback ${name}`);
      }
    });

/** @returns from 0 to 1, both excluded */
const readShare = (text: string): number => {
  const percents = Number(/^(\d+(?:\.\d+)?)%$/.exec(text)?.[1]);
  if (percents > 0 && percents < 100) return percents / 100;
  throw new InvalidArgumentError("It must be a percentage above 0% and below 100%, such as 10%.");
};

export const rollbackCommand = (context: Context): Command =>
  new Command("rollback")
    .description("end the trial of a candidate, else let the previous version answer again")
    .argument("<name>")
    .addOption(storeOption())
    .addOption(jsonOption())
    .addHelpText("after", example("whippet rollback dogs"))
    .action(async (name: string, options: CommonOptions) => {
      const version = await rollback(context.openStore(options), name, systemClock);
      if (options.json) context.data({ model: name, version });
      else context.terminal.line(`${name} answers with ${version} again.`);
    });

export const removeCommand = (context: Context): Command =>
  new Command("remove")
    .description("delete a model, or one of its versions that does not answer")
    .argument("<name>")
    .argument("[version]", "only this version; without it the model with all its versions")
    .addOption(storeOption())
    .addOption(jsonOption())
    .addHelpText("after", example("whippet remove dogs 20260131T120000Z-1a2b3c4d5e6f", "whippet remove dogs"))
    .action(async (name: string, version: string | undefined, options: CommonOptions) => {
      await remove(context.openStore(options), name, version);
      if (options.json) context.data({ removed: { model: name, ...(version && { version }) } });
      else context.terminal.line(`Removed ${version ? `${name} ${version}` : `${name} with all its versions`}.`);
    });

export const pruneCommand = (context: Context): Command =>
  new Command("prune")
    .description(
      "clear what killed publications left behind, once it is a day old, and this folder's cache after a month",
    )
    .addOption(storeOption())
    .addOption(jsonOption())
    .addHelpText("after", example("whippet prune"))
    .action(async (options: CommonOptions) => {
      const before = (days: number) => ({ olderThan: new Date(Date.now() - days * DAY) });
      const pruned = await prune(context.openStore(options), before(1));
      const cache = await pruneCache(openStore(localCache, { signal: context.signal }), before(CACHE_DAYS));
      if (options.json) return context.data({ ...pruned, cache });
      for (const { name, version, files, bytes } of pruned.orphans)
        context.terminal.line(
          `Cleared ${name} ${version}: ${count(files)} files, ${megabytes(bytes)}, never published.`,
        );
      for (const { name, reason } of pruned.left) context.terminal.line(`Left what lies beside ${name}: ${reason}`);
      if (pruned.leftovers > 0) context.terminal.line(`Cleared ${count(pruned.leftovers)} half-written files.`);
      if (cache.entries > 0)
        context.terminal.line(
          `Cleared ${megabytes(cache.bytes)} that trainings here computed more than ${CACHE_DAYS} days ago.`,
        );
      if (pruned.orphans.length + pruned.leftovers + cache.entries === 0) context.terminal.line("Nothing to clear.");
    });
