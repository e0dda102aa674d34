/** How far a training's log was read: what one page hands to the next, in as few letters as an address may have. */
import { z } from "zod";
import { Problem } from "../problem.ts";

/** `nextForwardToken` of each stream by its short name; only streams that we found ourselves are looked up in it. */
const cursorSchema = z.record(z.string(), z.string().max(200));
export type Cursor = z.infer<typeof cursorSchema>;

/** In place of a token: nothing more will come. */
export const FINISHED = ".";

/** The key under which stands the short name of the shard that was looked at last. */
export const AFTER = "after";

/** A stream's name ends in 32 random hexadecimal digits, of which some are enough to know it by among a training's. */
export const shortName = (name: string): string => name.slice(-12);

export const encodeCursor = (cursor: Cursor): string => Buffer.from(JSON.stringify(cursor)).toString("base64url");

/** @throws Problem 400 for what no page has handed out */
export const decodeCursor = (text: string | undefined): Cursor => {
  if (text === undefined || text === "") return {};
  try {
    return cursorSchema.parse(JSON.parse(Buffer.from(text, "base64url").toString()));
  } catch (cause) {
    throw new Problem(
      400,
      `from is ${JSON.stringify(text.slice(0, 40))}: give back the \`next\` of an earlier answer`,
      { title: "Bad request", cause },
    );
  }
};
