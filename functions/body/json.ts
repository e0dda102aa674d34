/** A body that must be JSON. */
import { Problem } from "../../shared/problem.ts";

/**
 * @param fix what to send instead
 * @throws Problem 400
 */
export const parseJson = (body: Uint8Array, fix: string): unknown => {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body));
  } catch (cause) {
    throw new Problem(400, `the body is not JSON; ${fix}`, { title: "Bad request", cause });
  }
};
