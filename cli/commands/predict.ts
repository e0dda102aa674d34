/** `whippet predict`: a probability per label for each photo of a folder, as competitions want them. */
import { Command, Option } from "commander";
import { readVersion } from "../../functions/models/running.ts";
import { chooseEngine, type EngineChoice } from "../../functions/node-engine.ts";
import { isAbort } from "../../shared/failure.ts";
import { readCurrent } from "../../shared/registry.ts";
import { predict, type UnreadableRow, unreadableRows } from "../../training/predict/predict.ts";
import { reportFiles } from "../../training/report-left-out.ts";
import { ensureBuiltIn } from "../built-in.ts";
import type { CommonOptions, Context } from "../context.ts";
import { engineOption, example, jsonOption, modelOption, storeOption } from "../options.ts";
import { localPhotos } from "../photos.ts";
import { modelNamed } from "../published-model.ts";
import { count } from "../terminal.ts";

interface PredictOptions extends CommonOptions {
  sample?: string;
  out: string;
  unreadable: UnreadableRow;
  model?: string;
  engine: EngineChoice;
}

export const predictCommand = (context: Context): Command =>
  new Command("predict")
    .description("write a submission: a probability per label for each photo of a folder")
    .argument("<folder>", "holds the photos directly; a photo's id is its name without .jpg")
    .requiredOption("--out <file>", "the CSV to write; it appears whole or not at all")
    .option("--sample <file>", "a competition's sample_submission.csv: its columns and its ids, in its order")
    .addOption(
      new Option(
        "--unreadable <row>",
        "what a photo gets that cannot be read: all labels alike, as often as in training, or none: it ends",
      )
        .choices(unreadableRows)
        .default("uniform"),
    )
    .addOption(modelOption())
    .addOption(engineOption())
    .addOption(storeOption())
    .addOption(jsonOption())
    .addHelpText(
      "after",
      example(
        "whippet predict test/ --out predictions.csv",
        "whippet predict test/ --sample sample_submission.csv --out submission.csv",
        "whippet predict test/ --out predictions.csv --model dogs --json",
      ),
    )
    .action(async (photos: string, options: PredictOptions) => {
      const { terminal, signal } = context;
      const { sample, out, unreadable } = options;
      const store = context.openStore(options);
      await ensureBuiltIn(store, terminal, signal);
      const { manifest } = await readCurrent(store, await modelNamed(store, options.model));
      const engine = await chooseEngine(options.engine, terminal.line);
      const { bytes, file } = await readVersion({ store, engine }, manifest.name, manifest.version);
      const folder = await localPhotos(context, photos);
      const model = { bytes, precision: file.precision };
      const predicted = await predict({
        folder,
        sample,
        out,
        manifest,
        model,
        engine: engine.kind,
        unreadable,
        progress: terminal,
        signal,
      }).catch((error: unknown) => {
        if (isAbort(error)) terminal.line(`Stopped; ${out} was not written. The same command begins anew.`);
        throw error;
      });
      const { name, version } = manifest;
      if (options.json) return context.data({ model: name, version, engine: engine.kind, ...predicted, out });
      const skipped = predicted.unreadable.map(({ id, reason }) => ({ path: id, reason }));
      reportFiles(terminal, "unreadable", skipped);
      const but =
        skipped.length > 0 ? `; ${count(skipped.length)} could not be read and got ${rowNames[unreadable]}` : "";
      terminal.line(`${out}: ${count(predicted.photos)} rows by ${name} ${version}${but}.`);
    });

const rowNames: Record<UnreadableRow, string> = {
  uniform: "all labels alike",
  prior: "the labels' shares in training",
  error: "nothing",
};
