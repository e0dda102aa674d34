import { expect, it } from "vitest";
import { areDoneAlong, isPointwise } from "../../../shared/engine/lean/along.ts";
import { parsePlan } from "../../../shared/engine/lean/parse.ts";
import { compilePlan } from "../../../training/export/plan/compile.ts";
import { inceptionResNet, networkSize } from "../../onnx/networks.ts";
import { int8Form } from "./forms.ts";

it("puts 1 x 1 convolutions of one map beside each other, wherever branches have others between them", async () => {
  const plan = parsePlan(await compilePlan(await int8Form(inceptionResNet(), networkSize)));
  const readers = new Map<number, number>();
  for (const operator of plan.operators)
    if (isPointwise(operator)) readers.set(operator.input, (readers.get(operator.input) ?? 0) + 1);
  const siblings = [...readers.values()].reduce((sum, count) => sum + count - 1, 0);
  expect(siblings).toBeGreaterThan(2);
  expect(areDoneAlong(plan).filter(Boolean).length).toBe(siblings);
});
