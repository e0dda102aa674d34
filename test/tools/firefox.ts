/** Firefox, whose WebAssembly is not V8's. */
import { installed, programNamed } from "./debian.ts";

const find = (): string | undefined => programNamed("firefox-esr") ?? programNamed("firefox");

let there: boolean | undefined;

/** Whether it is on the PATH; installs Debian's first where it is missing. */
export const hasFirefox = (): boolean => (there ??= find() !== undefined || installed("firefox-esr"));

export const firefoxProgram = find;
