/**
 * Mixup (Zhang et al. 2018, arXiv:1710.09412): a batch's rows are mixed in pairs, and so are their labels, with a share that is
 * drawn for the batch from Beta(alpha, alpha). Rows in the midst of a network mix as photos do (Verma et al. 2019,
 * arXiv:1806.05236). Few photos are learned by heart later.
 */
import { drawBy, shuffled } from "../seeded.ts";

export interface Mix {
  /** Of a photo's own row, in [0, 1]; its partner's is the rest. */
  share: number;
  /** By place in the batch, the place of its partner. */
  partners: Int32Array;
}

/** What only `key` decides. @param alpha 0: nothing is mixed */
export const drawMix = (photos: number, alpha: number, key: string): Mix => {
  const places = Int32Array.from({ length: photos }, (_, place) => place);
  if (alpha === 0) return { share: 1, partners: places };
  const next = drawBy(key);
  return { share: betaDraw(alpha, next), partners: shuffled(places, next) };
};

/** Of Beta(alpha, alpha), by Jöhnk's rejection (1964), which is quick for an alpha of up to 1. */
const betaDraw = (alpha: number, next: () => number): number => {
  for (;;) {
    const [one, other] = [next() ** (1 / alpha), next() ** (1 / alpha)];
    if (one + other > 0 && one + other <= 1) return one / (one + other);
  }
};

/** @param values photos x numbers, row by row @returns as many, each row mixed with its partner's */
export const mixed = (values: Float32Array, { share, partners }: Mix): Float32Array => {
  if (share === 1) return values;
  const width = values.length / partners.length;
  const rows = new Float32Array(values.length);
  for (const [place, partner] of partners.entries())
    for (let at = 0; at < width; at++)
      rows[place * width + at] = share * values[place * width + at]! + (1 - share) * values[partner * width + at]!;
  return rows;
};
