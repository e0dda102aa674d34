/** `whippet push`: carries a published version from one store to another, so that one training serves them all. */
import { Command } from "commander";
import { systemClock } from "../../shared/classifier/clock.ts";
import { isAbort } from "../../shared/failure.ts";
import { copyVersion, pointAt, readCurrent } from "../../shared/registry.ts";
import type { CommonOptions, Context } from "../context.ts";
import { UsageError } from "../failure.ts";
import { example, jsonOption, storeOption } from "../options.ts";
import { modelNamed } from "../published-model.ts";
import { count, megabytes } from "../terminal.ts";

interface PushOptions extends CommonOptions {
  to: string;
  version?: string;
  promote: boolean;
}

export const pushCommand = (context: Context): Command =>
  new Command("push")
    .description("copy a published version to another store, and let it answer there")
    .argument("<name>", "the model, as `whippet models` lists it")
    .requiredOption("--to <url>", "the store it is copied to, such as s3://<bucket>")
    .option("--version <version>", "as `whippet models <name>` lists it (default: the one that answers)")
    .option("--no-promote", "copy, but let the present version go on answering there")
    .addOption(storeOption("the store it is copied from (default: $WHIPPET_STORE or file:.whippet/store)"))
    .addOption(jsonOption())
    .addHelpText(
      "after",
      example(
        "whippet push dogs --to s3://my-models",
        "whippet push dogs --to s3://my-models --version 20260131T120000Z-1a2b3c4d5e6f --no-promote",
        'whippet push dogs --to "s3://my-models?endpoint=https://ACCOUNT.r2.cloudflarestorage.com&region=auto"',
      ),
    )
    .action(async (given: string, options: PushOptions) => {
      const { terminal, signal } = context;
      const from = context.openStore(options);
      const to = context.openStore({ store: options.to });
      if (from.url === to.url) throw new UsageError(`--to ${to.url} is the store that ${given} is copied from`);
      const name = await modelNamed(from, given);
      const version = options.version ?? (await readCurrent(from, name)).manifest.version;

      const stage = terminal.stage("push");
      const copied = await copyVersion(from, to, name, version, { onProgress: stage.update, signal }).catch(
        (error: unknown) => {
          if (isAbort(error)) terminal.line("Stopped; the same command goes on with the files that are missing.");
          throw error;
        },
      );
      const { files, bytes, present } = copied;
      stage.end(`${count(files)} files, ${megabytes(bytes)}${present > 0 ? `; ${count(present)} were there` : ""}`);
      if (options.promote) await pointAt(to, name, version, systemClock);

      if (options.json)
        context.data({ model: name, version, from: from.url, to: to.url, ...copied, promoted: options.promote });
      else if (options.promote) terminal.line(`${name} answers with ${version} in ${to.url}.`);
      else terminal.line(`Copied; let it answer with: npx whippet promote ${name} ${version} --store "${to.url}"`);
    });
