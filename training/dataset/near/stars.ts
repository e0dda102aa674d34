/**
 * Groups of photos from pairs that show the same picture. Each group has a middle that every member is alike to: a chain of pairs
 * makes no group, so that no string of small likenesses ever joins what is different.
 */

export type Pair = readonly [one: number, other: number];

/** @returns the group of each of `count` photos: the index of its first member, its own where it is alone */
export const starsOf = (count: number, pairs: readonly Pair[]): number[] => {
  const neighbours = new Map<number, number[]>();
  for (const [one, other] of pairs)
    for (const [from, to] of [
      [one, other],
      [other, one],
    ] as const)
      if (!neighbours.get(from)?.push(to)) neighbours.set(from, [to]);
  const groups = Array.from({ length: count }, (_, index) => index);
  const grouped = new Set<number>();
  const middles = [...neighbours].sort(([a, ofA], [b, ofB]) => ofB.length - ofA.length || a - b);
  for (const [middle, others] of middles) {
    if (grouped.has(middle)) continue;
    const members = [middle, ...others.filter((other) => !grouped.has(other))];
    const first = Math.min(...members);
    for (const member of members) {
      groups[member] = first;
      grouped.add(member);
    }
  }
  return groups;
};
