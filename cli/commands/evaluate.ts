/** `whippet evaluate`: how good a published model is on labelled photos, through the serving path. */
import { Command } from "commander";
import { readVersion } from "../../functions/models/running.ts";
import { chooseEngine, type EngineChoice } from "../../functions/node-engine.ts";
import { readCurrent } from "../../shared/registry.ts";
import { type Evaluation, evaluate } from "../../training/evaluate.ts";
import { reportFiles } from "../../training/report-left-out.ts";
import type { CommonOptions, Context } from "../context.ts";
import { engineOption, example, jsonOption, modelOption, storeOption } from "../options.ts";
import { localPhotos } from "../photos.ts";
import { modelNamed } from "../published-model.ts";
import { count, percent, table } from "../terminal.ts";

interface EvaluateOptions extends CommonOptions {
  model?: string;
  labels?: string;
  engine: EngineChoice;
}

/** More classes than this, and only the hardest are shown. */
const SHOWN = 20;

export const evaluateCommand = (context: Context): Command =>
  new Command("evaluate")
    .description("score a published model on labelled photos it was not trained on")
    .argument(
      "<photos>",
      "labelled photos in any form that train takes: a folder per class, a labels.csv, an archive, s3://",
    )
    .option(
      "--labels <file>",
      "a CSV of path,label, id,breed or path,labels that lies elsewhere than in the folder of photos",
    )
    .addOption(modelOption())
    .addOption(engineOption())
    .addOption(storeOption())
    .addOption(jsonOption())
    .addHelpText("after", example("whippet evaluate held-out/", "whippet evaluate held-out/ --engine web --json"))
    .action(async (photos: string, options: EvaluateOptions) => {
      const { terminal, signal } = context;
      const store = context.openStore(options);
      const { manifest } = await readCurrent(store, await modelNamed(store, options.model));
      const engine = await chooseEngine(options.engine, terminal.line);
      const { bytes, file } = await readVersion({ store, engine }, manifest.name, manifest.version);
      const folder = await localPhotos(context, photos);
      const evaluation = await evaluate({
        photos: folder,
        labels: options.labels,
        manifest,
        model: { bytes, precision: file.precision },
        engine: engine.kind,
        progress: terminal,
        signal,
      });
      const { name, version } = manifest;
      if (options.json) return context.data({ model: name, version, engine: engine.kind, ...evaluation });

      reportFiles(terminal, "skipped", evaluation.skipped);
      const hardest = [...evaluation.perClass].sort((a, b) => a.f1 - b.f1).slice(0, SHOWN);
      const several = evaluation.decisions !== undefined;
      context.print(
        table(
          ["label", "photos", "recall", "precision", ...(several ? ["AP", "given from"] : [])],
          hardest.map(({ label, support, recall, precision, averagePrecision, threshold }) => [
            label,
            count(support),
            percent(recall),
            percent(precision),
            ...(several ? [percent(averagePrecision!), percent(threshold!, 0)] : []),
          ]),
        ),
      );
      context.print(`\n${name} ${version} on ${count(evaluation.photos)} photos:\n${inWords(evaluation)}`);
    });

const inWords = ({ top1, interval, top5, nll, ece, unknown, decisions }: Evaluation): string => {
  if (!decisions)
    return (
      `accuracy ${percent(top1)} (95%: ${interval!.map((end) => percent(end)).join(" to ")}), in the best five ${percent(top5)}, NLL ${nll.toFixed(3)}, ECE ${ece.toFixed(3)}, ` +
      `answered unknown ${percent(unknown)}`
    );
  const { map, microF1, macroF1, exact, intervals } = decisions;
  const [low, high] = intervals!.map.map((end) => percent(end));
  return (
    `mean average precision ${percent(map)} (95%: ${low} to ${high}), micro F1 ${percent(microF1)}, macro F1 ` +
    `${percent(macroF1)},\nall labels right ${percent(exact)}, given none ${percent(unknown)}, NLL ${nll.toFixed(3)}, ECE ${ece.toFixed(3)}`
  );
};
