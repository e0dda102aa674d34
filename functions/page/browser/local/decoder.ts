/** The page's worker that decodes photos for models of the server; it is started by the first large photo. */
import type { DecodeAhead } from "../shrink.ts";
import { type LocalClient, startLocalClient } from "./client.ts";

export const createDecoder = (): DecodeAhead => {
  let client: LocalClient | undefined;
  return async (photo, input) => {
    try {
      client ??= startLocalClient();
      return await client.decode(photo, input);
    } catch {
      // the page then draws it smaller, or the server says what is wrong with it
      return undefined;
    }
  };
};
