/** `whippet keys`: who may ask where WHIPPET_ACCESS is `key`. */
import { Command, Option } from "commander";
import { systemClock } from "../../shared/classifier/clock.ts";
import { copyKeys } from "../../shared/keys/copy.ts";
import { createKey, listKeys, revokeKey } from "../../shared/keys/keys.ts";
import type { CommonOptions, Context } from "../context.ts";
import { example, jsonOption, numberBetween, storeOption } from "../options.ts";
import { count, table } from "../terminal.ts";

/** As much of a hash as a person reads; revoking takes any beginning. */
const SHOWN = 12;

const DEFAULT_QUOTA = 1000;

export const keysCommand = (context: Context): Command =>
  new Command("keys")
    .description("API keys, for servers whose WHIPPET_ACCESS is key")
    .addHelpText("after", example("whippet keys add phone", "whippet keys list", "whippet keys revoke phone"))
    .addCommand(addCommand(context))
    .addCommand(listCommand(context))
    .addCommand(revokeCommand(context))
    .addCommand(pushKeysCommand(context));

const addCommand = (context: Context): Command =>
  new Command("add")
    .alias("create")
    .description("make a key; it is shown once, and stored as a hash")
    .argument("<name>", "for whom, or for what")
    .addOption(
      new Option("--quota <requests>", "a day, UTC")
        .argParser(numberBetween(1, 1_000_000_000, true))
        .default(DEFAULT_QUOTA),
    )
    .addOption(storeOption())
    .addOption(jsonOption())
    .addHelpText("after", example("whippet keys add phone", "whippet keys add partner --quota 100000"))
    .action(async (name: string, { quota, ...options }: CommonOptions & { quota: number }) => {
      const { key, hash } = await createKey(context.openStore(options), { name, quota }, systemClock);
      if (options.json) return context.data({ key, hash, name, quota });
      context.print(key);
      context.terminal.line(`Keep it now: it cannot be read again. ${count(quota)} requests a day.`);
      context.terminal.line(`  curl -H "Authorization: Bearer $KEY" -F photo=@dog.jpg …/classify`);
    });

const listCommand = (context: Context): Command =>
  new Command("list")
    .description("the keys there are, without the keys themselves")
    .addOption(storeOption())
    .addOption(jsonOption())
    .addHelpText("after", example("whippet keys list"))
    .action(async (options: CommonOptions) => {
      const keys = await listKeys(context.openStore(options));
      if (options.json) {
        for (const key of keys) context.data(key);
        return;
      }
      if (keys.length === 0) return context.terminal.line("There are no keys yet. Make one: npx whippet keys add NAME");
      context.print(
        table(
          ["hash", "name", "quota a day", "created", ""],
          keys.map(({ hash, name, quota, created, revoked }) => [
            hash.slice(0, SHOWN),
            name,
            count(quota),
            created.slice(0, 10),
            revoked === undefined ? "" : `revoked ${revoked.slice(0, 10)}`,
          ]),
        ),
      );
    });

const revokeCommand = (context: Context): Command =>
  new Command("revoke")
    .description("refuse a key from now on; servers notice within half a minute")
    .argument("<key>", "its name, or the beginning of its hash")
    .addOption(storeOption())
    .addOption(jsonOption())
    .addHelpText("after", example("whippet keys revoke phone"))
    .action(async (which: string, options: CommonOptions) => {
      const key = await revokeKey(context.openStore(options), which, systemClock);
      if (options.json) context.data(key);
      else context.terminal.line(`Revoked ${key.name} (${key.hash.slice(0, SHOWN)}).`);
    });

const pushKeysCommand = (context: Context): Command =>
  new Command("push")
    .description("carry the keys, and what was revoked, to another store: a Worker's bucket beside the Lambda's")
    .requiredOption("--to <url>", "the other store")
    .addOption(storeOption())
    .addOption(jsonOption())
    .addHelpText(
      "after",
      example('whippet keys push --to "s3://edge?endpoint=https://ACCOUNT.r2.cloudflarestorage.com"'),
    )
    .action(async ({ to, ...options }: CommonOptions & { to: string }) => {
      const store = context.openStore({ store: to });
      const { added, revoked } = await copyKeys(context.openStore(options), store);
      if (options.json) return context.data({ to: store.url, added, revoked });
      context.terminal.line(`${count(added)} keys added in ${store.url}, ${count(revoked)} revoked there.`);
    });
