/** The first start: where nothing is published yet, the built-in dog breeds are, and it is said so. */
import { listModels } from "../shared/registry.ts";
import type { Store } from "../shared/store/store.ts";
import { builtInName } from "../training/built-in/dog-breeds.ts";
import { publishBuiltIn } from "../training/built-in/publish.ts";
import type { Terminal } from "./terminal.ts";

export const ensureBuiltIn = async (store: Store, terminal: Terminal, signal: AbortSignal): Promise<void> => {
  if ((await listModels(store)).length > 0) return;
  terminal.line(`Nothing is published in ${store.url} yet: building the model ${builtInName} …`);
  signal.throwIfAborted();
  const version = await publishBuiltIn(store, terminal);
  terminal.line(`Published ${builtInName} ${version}.`);
  terminal.line("Your own: npx whippet train <photos>");
};
