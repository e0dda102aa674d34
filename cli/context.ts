/** What every command shares: the terminal, data on stdout, the store, Ctrl-C. */

import { openStore } from "../shared/store/open.ts";
import type { Store } from "../shared/store/store.ts";
import { createTerminal, type Terminal } from "./terminal.ts";

export interface CommonOptions {
  store?: string;
  json?: boolean;
}

export interface Context {
  terminal: Terminal;
  /** Data for scripts: one JSON value a line. */
  data(value: unknown): void;
  /** Text that is the command's result, for people. */
  print(text: string): void;
  /** @param kept its operations go on after Ctrl-C: for whoever finishes what is under way */
  openStore(options: CommonOptions, kept?: "kept"): Store;
  /** Aborts at the first Ctrl-C; the second ends the process at once. */
  signal: AbortSignal;
}

export const DEFAULT_STORE = "file:.whippet/store";

export const createContext = (): Context => {
  const stop = new AbortController();
  const onSignal = (name: NodeJS.Signals) => {
    if (stop.signal.aborted) process.exit(130);
    stop.abort(new DOMException(`stopped by ${name}`, "AbortError"));
  };
  process.on("SIGINT", onSignal);
  process.on("SIGTERM", onSignal);
  return {
    terminal: createTerminal({ stream: process.stderr }),
    data: (value) => void process.stdout.write(`${JSON.stringify(value)}\n`),
    print: (text) => void process.stdout.write(`${text}\n`),
    openStore: ({ store }, kept) =>
      openStore(store ?? process.env.WHIPPET_STORE ?? DEFAULT_STORE, kept ? {} : { signal: stop.signal }),
    signal: stop.signal,
  };
};
