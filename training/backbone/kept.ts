/** Where fetched backbones are kept on this machine, for whichever folder trains on them. */
import { homedir } from "node:os";
import { join } from "node:path";

/** As the XDG base directory specification has it (https://specifications.freedesktop.org/basedir-spec/latest). */
export const keptFolder = (): string =>
  join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "whippet", "backbones");

/** Where Keras keeps what it has fetched. */
export const kerasFolder = (): string => join(process.env.KERAS_HOME || join(homedir(), ".keras"), "models");
