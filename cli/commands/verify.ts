/** `whippet verify`: holds any live URL against the probes of the model it should serve. */
import { Command } from "commander";
import { createCall, probesFromStore, probesFromUrl, verify } from "../../shared/verify.ts";
import type { CommonOptions, Context } from "../context.ts";
import { example, jsonOption, keyOption, modelOption, storeOption } from "../options.ts";
import { modelNamed } from "../published-model.ts";
import { count } from "../terminal.ts";

interface VerifyOptions extends CommonOptions {
  model?: string;
  key?: string;
}

export const verifyCommand = (context: Context): Command =>
  new Command("verify")
    .description("check that a live URL decodes, crops, computes and calibrates as its model was made to")
    .argument("<url>", "where Whippet answers, e.g. https://whippet.example.workers.dev")
    .addOption(modelOption())
    .addOption(storeOption("take the probes from this store instead of the URL's own files"))
    .addOption(keyOption())
    .addOption(jsonOption())
    .addHelpText(
      "after",
      example(
        "whippet verify http://localhost:8787",
        "whippet verify https://photos.example.com --store file:.whippet/store",
      ),
    )
    .action(async (url: string, options: VerifyOptions) => {
      const { terminal, signal } = context;
      // a secret that is not set arrives as an empty variable
      const call = createCall(url, { signal, key: options.key || undefined });
      const store = options.store === undefined ? undefined : context.openStore(options);
      const source = store
        ? await probesFromStore(store, await modelNamed(store, options.model))
        : await probesFromUrl(call, options.model);
      const stage = terminal.stage("verify");
      const result = await verify({ call, source, onProgress: stage.update });
      const { model, version, engine, verdicts } = result;
      stage.end(`${model} ${version} on the ${engine} engine`);
      if (options.json) context.data(result);
      const differing = verdicts.filter(({ difference }) => difference !== undefined);
      for (const { file, difference } of differing)
        terminal.line(`  ${file}: ${difference!.stage}: ${difference!.detail}`);
      if (!result.passed)
        throw new Error(
          `${count(differing.length)} of ${count(verdicts.length)} probes come out differently at ${url}`,
        );
      const largest = Math.max(0, ...verdicts.map(({ shift = 0 }) => shift));
      terminal.line(
        `All ${count(verdicts.length)} probes agree; the largest shift of a logit is ${largest.toPrecision(2)}.`,
      );
    });
