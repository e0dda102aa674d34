/** Numbers as the pages write them. */

export const percent = (share: number, digits = 1): string => `${(share * 100).toFixed(digits)}%`;

/** A difference of two shares in percentage points, with its sign. */
export const points = (difference: number): string => {
  const rounded = (difference * 100).toFixed(1);
  return Number(rounded) === 0 ? "±0.0" : `${difference > 0 ? "+" : "−"}${rounded.replace("-", "")}`;
};

export const whole = (count: number): string => count.toLocaleString("en");

export const bytes = (count: number): string =>
  count < 100_000 ? `${(count / 1000).toFixed(1)} kB` : `${(count / 1_000_000).toFixed(1)} MB`;

export const duration = (seconds: number): string => {
  if (seconds < 60) return `${seconds.toFixed(seconds < 10 ? 1 : 0)} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
};

const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** `24 Nov 2026, 12:48 UTC` of an ISO time. */
export const moment = (iso: string): string => {
  const time = new Date(iso);
  const two = (part: number) => String(part).padStart(2, "0");
  return `${time.getUTCDate()} ${months[time.getUTCMonth()]} ${time.getUTCFullYear()}, ${two(time.getUTCHours())}:${two(time.getUTCMinutes())} UTC`;
};

/** When a version was published, as its name says: `20260131T120000Z-…`. */
export const versionTime = (version: string): string =>
  version.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z.*/, "$1-$2-$3T$4:$5:$6Z");
