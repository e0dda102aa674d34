import { describe, expect, it } from "vitest";
import { type HeadChoice, summarise } from "../../training/head/trainer.ts";

const map = { tensor: "map", channels: 8 };

describe("what a head is made of", () => {
  it.each<[HeadChoice, string[], number]>([
    [{ kind: "linear" }, ["GlobalAveragePooling", "Dense"], 9 * 3],
    [
      { kind: "keras", units: 4, dropout: 0.5 },
      [
        ...["BatchNormalization", "GlobalAveragePooling", "Dense, relu", "BatchNormalization", "Dropout 0.5"],
        "Dense, softmax",
      ],
      4 * 8 + 9 * 4 + 4 * 4 + 5 * 3,
    ],
  ])(
    "is told layer by layer, and pools nothing where the backbone gives a vector: %o",
    (choice, layers, parameters) => {
      const told = (cut: typeof map) => summarise(choice, [cut], 3).layers;
      expect(told(map).map(({ name }) => name)).toEqual(layers);
      expect(told(map).reduce((sum, layer) => sum + layer.parameters, 0)).toBe(parameters);
      const vector = told({ ...map, vector: true } as typeof map);
      expect(vector).toEqual(told(map).filter(({ name }) => name !== "GlobalAveragePooling"));
    },
  );
});
