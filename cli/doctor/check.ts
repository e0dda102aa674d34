/** What `whippet doctor` looks at, one thing at a time, and what it says of each. */
import { explain } from "../../shared/failure.ts";

/** `off` is no fault: something optional that is not there, with what switches it on. */
export type State = "ok" | "off" | "broken";

export interface Finding {
  name: string;
  state: State;
  said: string;
  /** A command to paste, or what to do; where there is a choice, one a line. */
  fix?: string;
}

export interface Check {
  name: string;
  /** What it rejects with is a broken thing; a `FixableError` brings its fix. */
  look(): Promise<Omit<Finding, "name">>;
}

/** Something is wrong, and one command puts it right. */
export class FixableError extends Error {
  override readonly name = "FixableError";
  readonly fix: string;

  constructor(message: string, fix: string, options?: ErrorOptions) {
    super(message, options);
    this.fix = fix;
  }
}

/** What makes, or mends, whatever a deploy makes. */
export const DEPLOY = "npx sst deploy --stage production";

export const ok = (said: string): Omit<Finding, "name"> => ({ state: "ok", said });
export const off = (said: string, fix: string): Omit<Finding, "name"> => ({ state: "off", said, fix });

export const find = async ({ name, look }: Check): Promise<Finding> => {
  try {
    return { name, ...(await look()) };
  } catch (error) {
    if (error instanceof FixableError) return { name, state: "broken", said: error.message, fix: error.fix };
    // our own errors say in one line what to do; what AWS or the file system said is for a log
    return { name, state: "broken", said: explain(error).split("\n")[0]! };
  }
};
