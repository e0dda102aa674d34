/** An account of Cloudflare's for a deploy of the Worker: the API that stands for it, and the real wrangler. */
import { openCloudflare } from "../../cli/edge/cloudflare.ts";
import type { EdgeParts } from "../../cli/edge/deploy.ts";
import { createTerminal } from "../../cli/terminal.ts";
import { runWrangler } from "../../cli/wrangler.ts";
import type { Store } from "../../shared/store/store.ts";
import { type FakeAccount, type FakeCloudflare, startCloudflare } from "../tools/cloudflare.ts";

export const TOKEN = "a-token-for-tests";
export const TOKEN_ID = "4f0e2a6c";
/** Where the Worker answers, as wrangler prints it. */
export const ADDRESS = "https://whippet.example.workers.dev";

const open: (() => Promise<unknown>)[] = [];

/** Calls `stop` at the test's end. */
export const stopLater = (stop: () => Promise<unknown>): void => void open.push(stop);

/** For `afterEach`. */
export const stopAll = async (): Promise<void> => {
  for (const stop of open.splice(0)) await stop();
};

export const started = async (account: Partial<FakeAccount> = {}): Promise<FakeCloudflare> => {
  const accounts = [{ id: "acc", name: "Example" }];
  const cloudflare = await startCloudflare({ token: TOKEN, tokenId: TOKEN_ID, accounts, ...account });
  stopLater(cloudflare.stop);
  return cloudflare;
};

/** As the command opens it, with the API that stands for Cloudflare's. */
export const opened = (api: FakeCloudflare, token = TOKEN, account?: string) =>
  openCloudflare({
    token,
    account,
    fetch: (url, init) => fetch(String(url).replace(/^https:\/\/api\.cloudflare\.com\/client\/v4/, api.url), init),
    signal: AbortSignal.timeout(60_000),
  });

/** @param environment of wrangler, beside what the account needs */
export const partsFor = (
  store: Store,
  api?: FakeCloudflare,
  environment: Record<string, string> = {},
): EdgeParts & { said: string[] } => {
  const said: string[] = [];
  const login = { CLOUDFLARE_API_TOKEN: TOKEN, CLOUDFLARE_ACCOUNT_ID: "acc" };
  return {
    store,
    said,
    terminal: createTerminal({ stream: { write: (text) => said.push(text) } }),
    wrangler: (args) =>
      runWrangler({
        args,
        environment: { ...environment, ...(api && { ...login, CLOUDFLARE_API_BASE_URL: api.url }) },
      }),
    signal: AbortSignal.timeout(120_000),
  };
};
