import { expect, it } from "vitest";
import { shareOf } from "../../training/task/share.ts";

it("gives every photo to one shard, whatever order they are listed in, as many to each give or take one", () => {
  const photos = Array.from({ length: 20 }, (_, i) => `class-${i % 3}/${i}.jpg`);
  const shares = [0, 1, 2].map((shard) => shareOf(photos, (photo) => photo, shard, 3));
  expect(shares.flat().sort()).toEqual([...photos].sort());
  expect(shares.map(({ length }) => length)).toEqual([7, 7, 6]);
  const reversed = [...photos].reverse();
  expect([0, 1, 2].map((shard) => shareOf(reversed, (photo) => photo, shard, 3))).toEqual(shares);
});
