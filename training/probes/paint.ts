/** Pictures for probes: smooth colour fields under a few hard-edged shapes, so that a network has something to see. */

/** The fractional parts of multiples of the golden ratio: spread evenly over [0, 1), the same on every run. */
const spread = (seed: number, index: number): number => ((seed * 37 + index + 1) * 0.6180339887498949) % 1;

const byte = (value: number): number => Math.max(0, Math.min(255, Math.round(value)));

/** @returns interleaved RGB, `width * height * 3` bytes */
export const paint = (seed: number, width: number, height: number): Uint8Array => {
  const pixels = new Uint8Array(width * height * 3);
  const number = (index: number) => spread(seed, index);
  const discs = [0, 1, 2].map((i) => ({
    x: 0.2 + 0.6 * number(10 + i),
    y: 0.2 + 0.6 * number(20 + i),
    radius: 0.1 + 0.15 * number(30 + i),
    colour: [0, 1, 2].map((channel) => 255 * number(40 + 3 * i + channel)),
  }));
  const waves = [0, 1, 2].map((channel) => ({
    level: 80 + 90 * number(channel),
    x: 2 + 7 * number(50 + channel),
    y: 2 + 7 * number(60 + channel),
    phase: 2 * Math.PI * number(70 + channel),
  }));
  const short = Math.min(width, height);
  for (let row = 0; row < height; row++)
    for (let column = 0; column < width; column++) {
      const [x, y] = [column / width, row / height];
      const disc = discs.find(
        (it) => (column - it.x * width) ** 2 + (row - it.y * height) ** 2 < (it.radius * short) ** 2,
      );
      // stripes in one corner: fine detail, where resizing and chroma subsampling show
      const stripe = x > 0.7 && y > 0.6 && Math.floor(x * 80) % 2 === 0 ? -70 : 0;
      for (const [channel, wave] of waves.entries()) {
        const field = wave.level + 60 * Math.sin(wave.phase + wave.x * x + wave.y * y + 3 * Math.sin(4 * x * y));
        pixels[(row * width + column) * 3 + channel] = byte((disc?.colour[channel] ?? field) + stripe);
      }
    }
  return pixels;
};
