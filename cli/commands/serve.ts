/** `whippet serve`: the local server. */

import { once } from "node:events";
import { availableParallelism } from "node:os";
import { Command, Option } from "commander";
import { readOrigins } from "../../functions/http/cors.ts";
import { readNodeRate } from "../../functions/http/node-rate.ts";
import { startServer } from "../../functions/node.ts";
import { chooseEngine, type EngineChoice } from "../../functions/node-engine.ts";
import { readOwner } from "../../functions/owner/from-environment.ts";
import { readVariables } from "../../functions/settings.ts";
import { createS3Uploads } from "../../functions/uploads/s3.ts";
import { openStore } from "../../shared/store/open.ts";
import { ensureBuiltIn } from "../built-in.ts";
import type { CommonOptions, Context } from "../context.ts";
import { engineOption, example, jsonOption, modelOption, numberBetween, storeOption } from "../options.ts";

interface ServeOptions extends CommonOptions {
  port: number;
  host: string;
  model?: string;
  engine: EngineChoice;
}

export const serveCommand = (context: Context): Command =>
  new Command("serve")
    .description("answer at a URL on this machine")
    .addOption(
      new Option("--port <number>", "0 takes any free one")
        .env("PORT")
        .argParser(numberBetween(0, 65_535, true))
        .default(8787),
    )
    .addOption(new Option("--host <address>", "0.0.0.0 also answers other machines").env("HOST").default("127.0.0.1"))
    .addOption(modelOption())
    .addOption(engineOption())
    .addOption(storeOption())
    .addOption(jsonOption())
    .addHelpText("after", example("whippet serve", "whippet serve --port 80 --host 0.0.0.0 --model dogs"))
    .action(async (options: ServeOptions) => {
      const { terminal, signal } = context;
      const store = context.openStore(options, "kept");
      const owner = await readOwner(process.env, store.url);
      const { WHIPPET_PHOTOS, WHIPPET_CORS } = process.env;
      const origins = readOrigins(WHIPPET_CORS);
      const rate = readNodeRate(process.env);
      const uploads = WHIPPET_PHOTOS ? createS3Uploads(WHIPPET_PHOTOS) : undefined;
      await ensureBuiltIn(store, terminal, signal);
      const engine = await chooseEngine(options.engine, terminal.line);
      const { host, port, model } = options;
      const chosen = readVariables({ ...process.env, WHIPPET_MODEL: model });
      const threads = availableParallelism();
      const server = await startServer({
        store,
        engine,
        host,
        port,
        owner,
        uploads,
        origins,
        rate,
        threads,
        photos: WHIPPET_PHOTOS ? openStore(WHIPPET_PHOTOS) : undefined,
        chosen,
      });
      const shown = server.url.replace("127.0.0.1", "localhost");
      if (options.json) context.data({ url: server.url, engine: engine.name, store: store.url });
      else {
        terminal.line(`Whippet answers at ${shown}`);
        terminal.line(`  ${engine.name} engine, models in ${store.url}`);
        terminal.line(`  curl -F photo=@dog.jpg ${shown}/classify`);
      }
      if (!signal.aborted) await once(signal, "abort");
      terminal.line("Finishing what is in flight …");
      await server.close();
    });
