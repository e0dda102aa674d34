import { describe, expect, it } from "vitest";
import { operators } from "../../../training/finetune/graph/operators/table.ts";
import { loadTensorFlow } from "../../../training/head/tensorflow.ts";
import { cases } from "./cases.ts";
import { describeNetworks } from "./network-suite.ts";
import { describeOperators } from "./suite.ts";

it("tries every operator there is", () => {
  expect(Object.keys(cases).sort()).toEqual(Object.keys(operators).sort());
});

describe("on WebAssembly", () => {
  const load = async () => ({ tf: await loadTensorFlow() });
  describeOperators(load, 6);
  describeNetworks(load);
});
