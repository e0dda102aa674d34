/**
 * API keys: what one looks like, and what a store holds of it. The key itself is nowhere but with whom it was made for: a
 * store knows its hash, and 256 random bits need no slower hash than SHA-256.
 */
import { z } from "zod";
import { sha256 } from "../hash.ts";

const BYTES = 32;

const encode = (bytes: Uint8Array): string =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replace(/=+$/, "");

/** `whip_` and 256 random bits in base64url. */
export const newKey = (): string => `whip_${encode(crypto.getRandomValues(new Uint8Array(BYTES)))}`;

const pattern = /^whip_[A-Za-z0-9_-]{43}$/;

/** Undefined for what can be no key, which needs no look at the store. */
export const hashOfKey = async (key: string): Promise<string | undefined> =>
  pattern.test(key) ? sha256(new TextEncoder().encode(key)) : undefined;

export const keySchema = z.object({
  schema: z.literal(1),
  /** For whom, or for what, it was made. */
  name: z.string().min(1).max(100),
  created: z.iso.datetime(),
  /** Requests a day, UTC. */
  quota: z.int().positive(),
  revoked: z.iso.datetime().exactOptional(),
});

export type Key = z.infer<typeof keySchema>;

export const KEYS = "keys/";

export const keyObject = (hash: string): string => `${KEYS}${hash}.json`;

/** `2026-11-24`, in UTC. */
export const dayOf = (milliseconds: number): string => new Date(milliseconds).toISOString().slice(0, 10);
