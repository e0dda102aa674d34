import { describe, expect, it } from "vitest";
import type { OwnSettings } from "../../training/backbone/open.ts";
import { commandOf } from "../../training/report/command.ts";

const asked = { name: "dogs", backbone: "lite0", validation: 0.2, seed: 7, head: { kind: "linear" } as const };

describe("the command that makes a model again", () => {
  it("says what decides the model, with defaults that may change by then", () => {
    expect(commandOf(asked, { photos: "<photos>" })).toBe(
      "npx whippet train <photos> --name dogs --backbone lite0 --head linear --validation 0.2 --seed 7",
    );
  });

  it("calls each setting of the head as the command does, and quotes what a shell would take apart", () => {
    const head = { kind: "keras", seed: 7, units: 64, dropout: 0.4, batchSize: 16 } as const;
    expect(
      commandOf({ ...asked, head, views: 3, publicPhotos: true }, { photos: "my dogs/it's", labels: "labels.csv" }),
    ).toBe(
      "npx whippet train 'my dogs/it'\\''s' --labels labels.csv --name dogs --backbone lite0 --head keras --head-units 64 " +
        "--dropout 0.4 --batch-size 16 --views 3 --validation 0.2 --seed 7 --public-photos",
    );
  });

  it("says how blocks of the backbone were trained", () => {
    const fineTune = { blocks: 4, epochs: 6, learningRate: 1e-4, batchSize: 32, mixup: 0.4, patience: 2 };
    expect(commandOf({ ...asked, fineTune }, { photos: "p" })).toContain(
      "--fine-tune 4 --fine-tune-epochs 6 --fine-tune-rate 0.0001",
    );
  });

  it("gives means and deviations of a network of one's own on the scale that the option has", () => {
    const ownBackbone: OwnSettings = { mean: [127.5, 127.5, 127.5], std: [51, 51, 51] };
    expect(commandOf({ ...asked, ownBackbone }, { photos: "p" })).toContain("--mean 0.5,0.5,0.5 --std 0.2,0.2,0.2");
  });
});
