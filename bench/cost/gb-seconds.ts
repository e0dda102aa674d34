/** What Lambda bills time in. */

/** GB-seconds of `milliseconds` in a function; a GB is 2^30 bytes, and every millisecond begun is billed. */
export const gbSeconds = (milliseconds: number, memory: number): number =>
  (Math.ceil(milliseconds) / 1000) * (memory / 1024);
