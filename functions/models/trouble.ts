/** What is wrong with the store, as far as whoever reads it knows: said in the log when it begins and when it ends. */
import { Problem } from "../../shared/problem.ts";
import { DamageError } from "../../shared/registry.ts";
import { describeError } from "../log.ts";
import type { ModelParts } from "./parts.ts";

export interface Trouble {
  /** For `/readyz`; undefined while all is well. */
  warning(): string | undefined;
  began(error: unknown): void;
  ended(): void;
}

/** Damage may be told to anyone; what a store says besides may name what is nobody's business. */
const told = (error: unknown, storeUrl: string): string =>
  error instanceof DamageError
    ? error.message
    : `models cannot be read from ${storeUrl} at present; the server's log says why`;

/** @param model the one that is read; absent: whichever is there */
export const createTrouble = ({ store, log }: Pick<ModelParts, "store" | "log">, model?: string): Trouble => {
  const about = { ...(model !== undefined && { model }) };
  let current: { message: string; warning: string } | undefined;
  return {
    warning: () => current?.warning,
    began(error) {
      const message = String(error);
      if (current?.message !== message)
        log({ level: "error", event: "store not readable", ...about, error: describeError(error) });
      current = { message, warning: told(error, store.url) };
    },
    ended() {
      if (current) log({ level: "info", event: "store readable again", ...about });
      current = undefined;
    },
  };
};

/** For a request that nothing else can answer. */
export const unreadable = (error: unknown, storeUrl: string): Problem =>
  error instanceof Problem ? error : new Problem(503, told(error, storeUrl), { retryAfter: 5, cause: error });
