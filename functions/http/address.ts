/** Who asks, by network address: what a rate is counted for. */

/** A household or a server has a whole /64 of IPv6 addresses: together they are one caller. */
export const neighbourhood = (address: string): string => {
  if (!address.includes(":")) return address;
  // an IPv4 address as a dual-stack socket writes it
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  const [before = "", after] = address.split("::");
  const groups = before.split(":").filter(Boolean);
  const rest = after === undefined ? [] : after.split(":").filter(Boolean);
  const missing = after === undefined ? 0 : 8 - groups.length - rest.length;
  return [...groups, ...new Array<string>(Math.max(0, missing)).fill("0"), ...rest]
    .slice(0, 4)
    .map((group) => group.toLowerCase().replace(/^0+(?=.)/, ""))
    .join(":");
};
