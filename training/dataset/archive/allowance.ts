/**
 * How much an archive may hold. Photos are compressed already, so an archive of them unpacks to about its own size; one that
 * grows many times over was made to fill a disk.
 */

import { ArchiveRefusal } from "./refusal.ts";

/** Times its own size. TIFF and BMP shrink to a fifth at best, a table of labels to a quarter. */
const growth = 20;
/** Bytes that any archive may unpack to: small ones hold mostly headers and tables. */
const free = 32_000_000;
const mostEntries = 1_000_000;

export interface Allowance {
  /** @throws Error when there are too many */
  entry(): void;
  /** @throws Error when there are too many */
  bytes(count: number): void;
}

/** @param size of the archive, in bytes */
export const createAllowance = (size: number): Allowance => {
  const most = free + size * growth;
  let entries = 0;
  let unpacked = 0;
  return {
    entry() {
      if (++entries > mostEntries)
        throw new ArchiveRefusal(`it holds more than ${mostEntries} entries; unpack it yourself if you trust it`);
    },
    bytes(count) {
      unpacked += count;
      if (unpacked > most)
        throw new ArchiveRefusal(
          `its ${size} bytes unpack to more than ${growth} times as much, which photos never do; ` +
            "unpack it yourself if you trust it",
        );
    },
  };
};
