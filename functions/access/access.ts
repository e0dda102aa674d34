/** Who may ask where access is by key: who has one that was not revoked, as often a day as its quota says. */
import { hashOfKey, type Key } from "../../shared/keys/key.ts";
import { Problem } from "../../shared/problem.ts";
import { carriesToken } from "../owner/token.ts";
import { type Count, createCount } from "./count.ts";
import { createLookup, type KeyParts } from "./lookup.ts";

const DAY = 24 * 60 * 60 * 1000;

export interface Access extends Pick<Count, "flush" | "settle" | "close"> {
  /**
   * @param authorization `Bearer KEY`, or `Bearer TOKEN` of a Worker that passes a request on
   * @throws Problem 401 without a valid key, 429 when its quota is used up, 503 when the store cannot be read
   */
  admit(authorization: string | undefined): Promise<void>;
}

export interface AccessParts extends KeyParts {
  /** Milliseconds for which a key is remembered without a look at the store. */
  refresh: number;
  /** What a Worker carries that passes requests on: it has looked at the caller's key, and counted it. */
  fallbackToken?: string | undefined;
}

export const createAccess = (parts: AccessParts): Access => {
  const lookup = createLookup(parts);
  const count = createCount(parts);
  return {
    ...count,
    async admit(authorization) {
      const { fallbackToken } = parts;
      if (fallbackToken !== undefined && (await carriesToken(authorization, fallbackToken))) return;
      const given = /^Bearer +(\S+) *$/i.exec(authorization ?? "")?.[1] ?? "";
      const hash = await hashOfKey(given);
      const key = hash === undefined ? undefined : await lookup(hash);
      if (hash === undefined || !key || key.revoked !== undefined) throw refused(key !== undefined);
      if (!(await count.admit({ hash, quota: key.quota }))) throw usedUp(key, parts.clock.now());
    },
  };
};

const refused = (revoked: boolean): Problem =>
  new Problem(
    401,
    `${revoked ? "this key was revoked" : "this server answers to keys alone"}; ask its owner for one, and send it as \`Authorization: Bearer KEY\``,
  );

const usedUp = ({ name, quota }: Key, now: number): Problem =>
  new Problem(429, `the key ${JSON.stringify(name)} may ask ${quota} times a day (UTC), and has; come back tomorrow`, {
    retryAfter: Math.ceil((DAY - (now % DAY)) / 1000),
  });
