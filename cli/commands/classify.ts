/** `whippet classify`: photos from the terminal, answered as the URL would answer them. */
import { readFile, writeFile } from "node:fs/promises";
import { Command } from "commander";
import type { EngineChoice } from "../../functions/node-engine.ts";
import type { Answer } from "../../shared/classifier/classifier.ts";
import { whyNoHeatmaps } from "../../shared/classifier/heatmap.ts";
import { listed } from "../../shared/classifier/listed.ts";
import { Problem } from "../../shared/problem.ts";
import { ensureBuiltIn } from "../built-in.ts";
import type { CommonOptions, Context } from "../context.ts";
import { drawHeatmap } from "../drawing/heatmap.ts";
import { UsageError } from "../failure.ts";
import { engineOption, example, jsonOption, modelOption, numberBetween, storeOption } from "../options.ts";
import { openPublishedModel } from "../published-model.ts";
import { percent, table } from "../terminal.ts";

interface ClassifyOptions extends CommonOptions {
  model?: string;
  engine: EngineChoice;
  top: number;
  heatmap?: string;
}

export const classifyCommand = (context: Context): Command =>
  new Command("classify")
    .description("say what is on photos")
    .argument("<photos...>")
    .addOption(modelOption())
    .option("--top <number>", "how many labels to show", numberBetween(1, 100_000, true), 5)
    .option("--heatmap <file>", "write the photo with the places that spoke for its best label (one photo, PNG)")
    .addOption(engineOption())
    .addOption(storeOption())
    .addOption(jsonOption())
    .addHelpText(
      "after",
      example(
        "whippet classify dog.jpg",
        "whippet classify *.jpg --json > answers.jsonl",
        "whippet classify dog.jpg --heatmap why.png",
      ),
    )
    .action(async (photos: string[], options: ClassifyOptions) => {
      if (options.heatmap !== undefined && photos.length !== 1)
        throw new UsageError(`--heatmap takes one photo, not ${photos.length}; classify them one by one`);
      const store = context.openStore(options);
      await ensureBuiltIn(store, context.terminal, context.signal);
      const model = await openPublishedModel(store, options.model, options.engine, context.terminal.line);
      let failed = 0;
      try {
        const without = whyNoHeatmaps(model.manifest);
        if (options.heatmap !== undefined && without !== undefined)
          throw new Error(`model ${model.manifest.name} has no heat map: ${without}`);
        for (const file of photos) {
          context.signal.throwIfAborted();
          try {
            const photo = await readPhoto(file);
            const { timings: _, ...answer } = await model.classifier.classify(photo, {
              top: options.top,
              heatmap: options.heatmap !== undefined,
              signal: context.signal,
            });
            if (options.json) context.data({ file, ...answer });
            else context.print(describe(file, answer));
            if (options.heatmap !== undefined) {
              if (!answer.heatmap) throw new Error(`${file}: its best label has no heat map; nothing was written`);
              await writeFile(options.heatmap, await drawHeatmap(photo, answer.heatmap, answer));
              context.terminal.line(`Heat map: ${options.heatmap}`);
            }
          } catch (error) {
            if (!(error instanceof Problem)) throw error;
            failed++;
            if (options.json) context.data({ file, problem: error });
            else context.terminal.line(`${file}: ${error.message}`);
          }
        }
      } finally {
        await model.dispose();
      }
      if (failed > 0) throw new Error(`${failed} of ${photos.length} photos could not be classified`);
    });

const readPhoto = async (file: string): Promise<Uint8Array> =>
  readFile(file).catch((cause: NodeJS.ErrnoException) => {
    const why = cause.code === "ENOENT" ? "there is no such file" : cause.message;
    throw new Problem(404, `cannot read ${file}: ${why}`, { cause });
  });

const BAR = 20;

const describe = (file: string, answer: Answer): string => {
  const { model, version, predictions, labels, unknown } = answer;
  const known = labels ? labels.map(({ label }) => label).join(", ") : (predictions[0]?.label ?? "");
  const heading = `${file}  ${unknown ? "none of the things this model knows; closest:" : known}`;
  const rows = listed(answer, predictions.length).map(({ label, score, given = true }) => [
    label,
    percent(score),
    (given ? "█" : "░").repeat(Math.round(score * BAR)),
  ]);
  return `${heading}\n${table(["label", "score", ""], rows)}\n(${model} ${version})\n`;
};
