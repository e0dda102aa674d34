/** Inner loops of convolutions with tiles of different sizes, each a function of one WebAssembly module. */
import asc from "assemblyscript/asc";

export interface Variant {
  name: string;
  pixels: number;
  /** Vectors of four output channels. */
  vectors: number;
  /** Steps of the reduced dimension in one turn of the loop. */
  steps: number;
  /** As in `assembly/tile.ts`, int8 weights are widened on load; "wide" ones are stored as int16. */
  numbers: "int8" | "wide" | "fp32";
  /** A pixel's numbers are splat as they are loaded, or shuffled from one load of four pixels. */
  pixelsBy: "splat" | "shuffle";
}

const variant = (
  numbers: Variant["numbers"],
  pixels: number,
  vectors: number,
  rest: Partial<Variant> = {},
): Variant => {
  const { steps = 1, pixelsBy = "splat" } = rest;
  const name = `${numbers}_${pixels}x${vectors * 4}${steps > 1 ? `_${steps}steps` : ""}${pixelsBy === "shuffle" ? "_shuffled" : ""}`;
  return { name, pixels, vectors, steps, numbers, pixelsBy };
};

export const variants: Variant[] = (["int8", "fp32"] as const).flatMap((numbers) => [
  ...[variant(numbers, 1, 2), variant(numbers, 2, 2), variant(numbers, 4, 1), variant(numbers, 4, 2)],
  ...[variant(numbers, 4, 2, { steps: 2 }), variant(numbers, 4, 2, { pixelsBy: "shuffle" })],
  ...[variant(numbers, 5, 2), variant(numbers, 6, 2), variant(numbers, 3, 3), variant(numbers, 4, 3)],
  ...[variant(numbers, 8, 1), variant(numbers, 2, 4)],
]);
variants.push(variant("wide", 4, 2), variant("wide", 4, 2, { steps: 2 }));

const count = (length: number): number[] => Array.from({ length }, (_, i) => i);

const sourceOf = ({ name, pixels, vectors, steps, numbers, pixelsBy }: Variant): string => {
  const weightBytes = numbers === "int8" ? 8 : 16;
  const sums = count(pixels).flatMap((p) => count(vectors).map((v) => `s${p}_${v}`));
  const load = numbers === "int8" ? "v128.load_ext<i8>" : "v128.load";
  const product = (sum: string, vector: string): string =>
    numbers === "fp32"
      ? `${sum} = f32x4.add(${sum}, f32x4.mul(pixel, ${vector}));`
      : `${sum} = i32x4.add(${sum}, i32x4.dot_i16x8_s(pixel, ${vector}));`;
  const step = (s: number): string[] => [
    ...count(vectors).map((v) => `w${v} = ${load}(weights, ${(s * vectors + v) * weightBytes});`),
    ...count(pixels).flatMap((p) => {
      const at = (s * pixels + p) * 4;
      const four = s * pixels * 4 + (p & ~3) * 4;
      const pixel =
        pixelsBy === "splat"
          ? [`pixel = v128.load_splat<u32>(panel, ${at});`]
          : [
              ...(p % 4 === 0 ? [`four = v128.load(panel, ${four});`] : []),
              `pixel = v128.shuffle<i32>(four, four, ${Array(4).fill(p % 4)});`,
            ];
      return [...pixel, ...count(vectors).map((v) => product(`s${p}_${v}`, `w${v}`))];
    }),
  ];
  return `
export function ${name}(panel: usize, weights: usize, turns: i32, output: usize): void {
  let pixel = i64x2.splat(0);
  let four = pixel;
  ${count(vectors)
    .map((v) => `let w${v} = pixel;`)
    .join(" ")}
  ${sums.map((sum) => `let ${sum} = pixel;`).join(" ")}
  for (; turns != 0; turns--) {
    ${count(steps).flatMap(step).join("\n    ")}
    panel += ${steps * pixels * 4};
    weights += ${steps * vectors * weightBytes};
  }
  ${sums.map((sum, i) => `v128.store(output, ${sum}, ${i * 16});`).join("\n  ")}
}`;
};

/** @throws Error with the compiler's messages */
export const compileVariants = async (): Promise<Uint8Array> => {
  let wasm: Uint8Array | undefined;
  const { error, stderr } = await asc.main(
    "tiles.ts -o tiles.wasm -O3 --runtime stub --noAssert --enable simd --initialMemory 4".split(" "),
    {
      readFile: (name) => (name === "tiles.ts" ? variants.map(sourceOf).join("\n") : null),
      writeFile: (name, contents) => {
        if (name === "tiles.wasm" && contents instanceof Uint8Array) wasm = contents;
      },
      listFiles: () => [],
    },
  );
  if (error || !wasm) throw new Error(`the tiles do not compile: ${stderr}`);
  return wasm;
};
