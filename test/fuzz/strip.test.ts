import { expect, it } from "vitest";
import { strip } from "../../functions/feedback/strip.ts";
import { nodeLimits } from "../../shared/limits.ts";
import { loadCodecs } from "../../shared/pixels/codecs-node.ts";
import { decodePhoto } from "../../shared/pixels/decode.ts";
import { sniff } from "../../shared/pixels/sniff.ts";
import { Problem } from "../../shared/problem.ts";
import { input } from "../pixels/photos.ts";
import { createMutants } from "./mutants.ts";

it("strips 300 mutated photos of all but their pixels, which stay as they are, or refuses them", async () => {
  const mutants = await createMutants(5);
  const codecs = await loadCodecs();
  const look = async (photo: Uint8Array) => {
    const { pixels, orientation } = await decodePhoto(photo, input, codecs, nodeLimits.photo);
    return { pixels: Buffer.from(pixels.data), orientation };
  };
  const outcomes = { kept: 0, refused: 0 };
  for (let number = 1; number <= 300; number++) {
    // bombs are slow, and nothing is stripped of them
    if (number % 125 === 0) continue;
    const { bytes, how } = await mutants.at(number);
    try {
      const before = await look(bytes);
      const stripped = strip(bytes, sniff(bytes));
      const after = await look(stripped);
      expect(Buffer.compare(after.pixels, before.pixels), `pixels of ${number} (${how})`).toBe(0);
      expect(after.orientation, `orientation of ${number} (${how})`).toBe(before.orientation);
      expect(Buffer.compare(strip(stripped, sniff(stripped)), stripped), `more in ${number} (${how})`).toBe(0);
      outcomes.kept++;
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      outcomes.refused++;
    }
  }
  expect(outcomes.kept).toBeGreaterThan(30);
  expect(outcomes.refused).toBeGreaterThan(30);
});
