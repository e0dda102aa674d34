import { describe, expect, it } from "vitest";
import { type Step, serverTimings, stepsOf, written } from "../../functions/page/browser/steps.ts";

const server = (header: string | null): Step[] => stepsOf(serverTimings(header));

describe("the steps of an answer", () => {
  it("are those that the server measured, by names that a visitor knows", () => {
    expect(server("decode;dur=3.1, pixels;dur=1.9, infer;dur=14.2")).toEqual([
      ["decoding", 3.1],
      ["resizing", 1.9],
      ["model", 14.2],
    ]);
    expect(server(null)).toEqual([]);
  });

  it.each([
    [
      [
        ["upload", 4.06],
        ["decoding", 13.04],
        ["model", 14.24],
      ],
      33.33,
      "upload 4.1 + decoding 13.0 + model 14.2 + waiting 2.0 = 33.3 ms",
    ],
    [
      [
        ["upload", 104.5],
        ["decoding", 13.4],
        ["model", 14.4],
      ],
      612.2,
      "upload 105 + decoding 13 + model 14 + waiting 480 = 612 ms",
    ],
    [
      [
        ["loading", 11_840],
        ["model", 140],
      ],
      12_210,
      "loading 11.8 + model 0.1 + waiting 0.3 = 12.2 s",
    ],
    // nothing is left, and what takes no time is not named
    [
      [
        ["shrinking", 0],
        ["model", 20],
      ],
      20.04,
      "model 20.0 = 20.0 ms",
    ],
    // two clocks
    [
      [
        ["decoding", 30],
        ["model", 20.06],
      ],
      50,
      "decoding 30.0 + model 20.1 = 50.1 ms",
    ],
    [[], 48, "waiting 48.0 = 48.0 ms"],
  ] satisfies [Step[], number, string][])("%j in %d ms add up as they stand", (steps, total, line) => {
    expect(written(steps, total, "waiting")).toBe(line);
    const [parts, whole] = line.split(" = ");
    const sum = [...parts!.matchAll(/[\d.]+/g)].reduce((before, [figure]) => before + Number(figure), 0);
    expect(sum).toBeCloseTo(Number.parseFloat(whole!), 6);
  });
});
