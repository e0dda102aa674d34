/** Chromium, for what a browser must do. */
import { installed, programNamed } from "./debian.ts";

const find = (): string | undefined => programNamed("chromium") ?? programNamed("chromium-browser");

let there: boolean | undefined;

/** Whether it is on the PATH; installs Debian's first where it is missing. */
export const hasChromium = (): boolean => (there ??= find() !== undefined || installed("chromium"));

export const chromiumProgram = find;
