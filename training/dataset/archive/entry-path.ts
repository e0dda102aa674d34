/** Where an archive's entry may be written: below the folder it is unpacked into, whatever its name says. */
import { isLitter } from "../walk.ts";
import { ArchiveRefusal } from "./refusal.ts";

/**
 * @param name as the archive has it
 * @returns its path with `/`, or undefined for what systems leave behind
 * @throws Error when the name leads elsewhere: nobody packs photos so by accident
 */
export const entryPath = (name: string): string | undefined => {
  const parts = name.split(/[/\\]/).filter((part) => part !== "" && part !== ".");
  const hostile = /^[/\\]|^[a-z]:|\0/i.test(name) || parts.includes("..") || parts.length === 0;
  if (hostile)
    throw new ArchiveRefusal(
      `its entry ${JSON.stringify(name)} would be written outside its folder; don't trust this archive`,
    );
  return parts.some(isLitter) ? undefined : parts.join("/");
};
