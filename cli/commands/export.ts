/** `whippet export`: a published model as a folder that needs no Whippet, for a browser, Node or Python. */
import { Command, Option } from "commander";
import { readManifest, readPointer } from "../../shared/registry.ts";
import { ensureBuiltIn } from "../built-in.ts";
import type { CommonOptions, Context } from "../context.ts";
import { writeExport } from "../export/folder.ts";
import { type Target, targets, ways } from "../export/targets.ts";
import { example, jsonOption, storeOption } from "../options.ts";
import { modelNamed } from "../published-model.ts";
import { count, megabytes } from "../terminal.ts";

interface ExportOptions extends CommonOptions {
  to: Target;
  version?: string;
}

export const exportCommand = (context: Context): Command =>
  new Command("export")
    .description("write a model as a folder that needs no Whippet, with an example and a self-test")
    .argument("<name>", "the model, as `whippet models` lists it")
    .argument("<folder>", "to be made; it appears whole or not at all")
    .addOption(new Option("--to <target>", "where it is to run").choices(targets).makeOptionMandatory())
    .option("--version <version>", "as `whippet models <name>` lists it (default: the one that answers)")
    .addOption(storeOption())
    .addOption(jsonOption())
    .addHelpText(
      "after",
      example(
        "whippet export dogs --to browser dogs-page/",
        "whippet export dogs --to node dogs-node/",
        "whippet export dogs --to python dogs-python/",
      ),
    )
    .action(async (given: string, folder: string, { to, version, ...options }: ExportOptions) => {
      const { terminal, signal } = context;
      const store = context.openStore(options);
      await ensureBuiltIn(store, terminal, signal);
      const name = await modelNamed(store, given);
      const manifest = await readManifest(store, name, version ?? (await readPointer(store, name))!.pointer.version);
      const stage = terminal.stage("export");
      const exported = await writeExport(store, manifest, to, folder);
      stage.end(`${count(exported.files)} files, ${megabytes(exported.bytes)}`);
      if (options.json) return context.data({ model: name, version: manifest.version, to, folder, ...exported });
      terminal.line(`${folder}: ${name} ${manifest.version} for ${to}. Next, in there:`);
      for (const command of ways[to].commands) terminal.line(`  ${command}`);
    });
