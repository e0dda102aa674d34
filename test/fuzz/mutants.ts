/** One mutant after the other, each from its own number, so that one alone can be made again. */
import { createDice } from "../lean/dice.ts";
import { bombs } from "./bombs.ts";
import { blank, flipBits, type Mutation, noise, overwrite, repeat, splice, truncate } from "./damage.ts";
import { lie } from "./lies.ts";
import { garbleMetadata } from "./metadata.ts";
import { soundPhotos } from "./photos.ts";
import { polyglot } from "./polyglots.ts";

const mutations = { flipBits, overwrite, truncate, splice, repeat, blank, noise, lie, garbleMetadata, polyglot };

/** Lies and garbage reach further into the decoders than cuts do. */
const often: readonly (keyof typeof mutations)[] = [
  ...(Object.keys(mutations) as (keyof typeof mutations)[]),
  "flipBits",
  "lie",
  "lie",
  "garbleMetadata",
  "garbleMetadata",
];

export interface Mutant {
  /** What was done, such as `lie, truncate` or `bomb`. */
  how: string;
  bytes: Buffer;
}

export interface Mutants {
  /** A sound photo. */
  good: Buffer;
  /** @param number with the seed it decides everything */
  at(number: number): Promise<Mutant>;
}

/** A bomb among so many. */
const BOMB_EVERY = 125;

export const createMutants = async (seed: number): Promise<Mutants> => {
  const photos = await soundPhotos();
  const made = new Map<number, Buffer>();
  const bombOf = async (kind: number): Promise<Buffer> => {
    const bomb = made.get(kind) ?? (await bombs[kind]!());
    made.set(kind, bomb);
    return bomb;
  };
  return {
    good: photos[0]!,
    async at(number) {
      const dice = createDice(seed * 1_000_003 + number);
      if (number % BOMB_EVERY === 0) {
        const bomb = await bombOf((number / BOMB_EVERY) % bombs.length);
        return dice.chance(0.7)
          ? { how: "bomb", bytes: bomb }
          : { how: "bomb, flipBits", bytes: flipBits(bomb, dice, photos) };
      }
      let bytes = dice.oneOf(photos);
      const how: string[] = [];
      for (let count = dice.oneOf([1, 1, 1, 2, 3]); count > 0 && bytes.length > 64; count--) {
        const name = dice.oneOf(often);
        const mutate: Mutation = mutations[name];
        bytes = mutate(bytes, dice, photos);
        how.push(name);
      }
      return { how: how.join(", "), bytes };
    },
  };
};
