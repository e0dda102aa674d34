/** Plans that someone made who knows the format: each part for itself is possible, so many are run. */
import { fields } from "../../shared/engine/lean/format.ts";
import type { Operator, Window } from "../../shared/engine/lean/operators.ts";
import { elementBytes, type Plan, type PlanTensor, roundUp } from "../../shared/engine/lean/plan.ts";
import type { Dice } from "./dice.ts";

type Alteration = (plan: Plan, dice: Dice) => void;

/** An operator's fields by name: all are numbers, but for windows and flags. */
type Values = Record<string, number | boolean | Window>;

const valuesOf = (operator: Operator): Values => operator as unknown as Values;

/** Fields of one type, of an operator that has some. */
const fieldsOf = (plan: Plan, dice: Dice, type: string): { of: Operator; names: string[] } | undefined => {
  const found = plan.operators
    .map((of) => ({ of, names: Object.entries(fields[of.op]).flatMap(([name, is]) => (is === type ? [name] : [])) }))
    .filter(({ names }) => names.length > 0);
  return found.length > 0 ? dice.oneOf(found) : undefined;
};

const arenaTensors = ({ tensors }: Plan): PlanTensor[] => tensors.filter(({ place }) => place === "arena");

/** One tensor where another lies, or somewhere else in the arena: operators then write over what others still read. */
const moveTensor: Alteration = (plan, dice) => {
  const tensor = dice.oneOf(arenaTensors(plan));
  const step = 8 * elementBytes[tensor.type];
  tensor.offset = dice.chance(0.5)
    ? roundUp(dice.oneOf(arenaTensors(plan)).offset, step)
    : step * dice.between(0, Math.floor(plan.arena / step));
};

/** Everything with as many channels gets as many more or less. */
const changeChannels: Alteration = (plan, dice) => {
  const { channels } = dice.oneOf(plan.tensors);
  const wanted = Math.max(1, channels + dice.oneOf([-8, -3, -1, 1, 2, 8]));
  for (const part of [...plan.tensors, plan.input]) if (part.channels === channels) part.channels = wanted;
};

/** Everything of one size gets another. */
const changeSize: Alteration = (plan, dice) => {
  const { height, width } = dice.oneOf(plan.tensors);
  const [rows, columns] = [dice.between(-2, 2), dice.between(-2, 2)];
  for (const part of [...plan.tensors, plan.input])
    if (part.height === height && part.width === width)
      Object.assign(part, { height: Math.max(1, height + rows), width: Math.max(1, width + columns) });
};

const changePitch: Alteration = (plan, dice) => {
  dice.oneOf(plan.tensors).pitch += 8 * dice.oneOf([-1, 1, 2]);
};

const changeQuantization: Alteration = (plan, dice) => {
  const tensor = dice.oneOf(plan.tensors);
  if (tensor.type === "f32") return;
  const scale = dice.oneOf([1e-38, 1e-6, 0.01, 1, 1e30, 3e38]);
  const all = plan.tensors.filter((other) => other.scale === tensor.scale && other.zero === tensor.zero);
  for (const other of dice.chance(0.5) ? all : [tensor])
    Object.assign(other, { scale: Math.fround(scale), zero: dice.between(0, 255) });
};

/** An operator reads or writes another tensor of the same type, perhaps one that it must not. */
const exchangeTensor: Alteration = (plan, dice) => {
  const found = fieldsOf(plan, dice, "tensor");
  if (!found) return;
  const name = dice.oneOf(found.names);
  const { type, channels, height, width } = plan.tensors[valuesOf(found.of)[name] as number]!;
  const alike = plan.tensors.flatMap((other, i) =>
    other.type === type && other.channels === channels && other.height === height && other.width === width ? [i] : [],
  );
  valuesOf(found.of)[name] = dice.oneOf(dice.chance(0.8) ? alike : [...plan.tensors.keys()]);
};

/** Weights, biases, scales and tables are read elsewhere among the constants. */
const moveConstant: Alteration = (plan, dice) => {
  const found = fieldsOf(plan, dice, "constant");
  if (found) valuesOf(found.of)[dice.oneOf(found.names)] = 16 * dice.between(0, plan.constants.length >> 4);
};

const changeFloat: Alteration = (plan, dice) => {
  const found = fieldsOf(plan, dice, "float");
  const floats = [Number.NEGATIVE_INFINITY, -3e38, -1, -0, 0, 1e-45, 0.3, 6, 3e38, Number.POSITIVE_INFINITY];
  if (found) valuesOf(found.of)[dice.oneOf(found.names)] = Math.fround(dice.oneOf(floats));
};

/** A larger or smaller window with pads that make a map of the same size; or one that steps and spreads otherwise. */
const changeWindow: Alteration = (plan, dice) => {
  const found = fieldsOf(plan, dice, "window");
  if (!found) return;
  const window = structuredClone(valuesOf(found.of).window) as unknown as Record<keyof Window, number[]>;
  const axis = dice.oneOf([0, 1] as const);
  if (dice.chance(0.6)) {
    const more = dice.oneOf([-1, 1, 1, 2]);
    window.kernel[axis]! += more;
    window.pads[axis + (dice.chance(0.5) ? 2 : 0)]! += more * window.dilations[axis]!;
  } else dice.oneOf([window.strides, window.dilations, window.pads])[axis]! += dice.oneOf([-1, 1, 3]);
  valuesOf(found.of).window = window as unknown as Window;
};

const changeGroups: Alteration = (plan, dice) => {
  const found = fieldsOf(plan, dice, "count");
  if (found) valuesOf(found.of)[found.names[0]!] = dice.oneOf([0, 1, 2, 3, 4, 8, 16]);
};

/** Another operator with the same fields. */
const exchangeOperator: Alteration = (plan, dice) => {
  const operator = dice.oneOf(plan.operators);
  const shape = JSON.stringify(fields[operator.op]);
  const alike = Object.entries(fields).flatMap(([op, of]) =>
    JSON.stringify(of) === shape ? [op as Operator["op"]] : [],
  );
  valuesOf(operator).op = dice.oneOf(alike) as unknown as number;
};

const reorder: Alteration = (plan, dice) => {
  const [from] = plan.operators.splice(dice.between(0, plan.operators.length - 1), 1);
  const copies = dice.oneOf([0, 1, 1, 2]);
  for (let i = 0; i < copies; i++) plan.operators.splice(dice.between(0, plan.operators.length), 0, from!);
};

/** Just as much arena as before, or a little less or more than the last tensor needs. */
const changeArena: Alteration = (plan, dice) => {
  plan.arena = Math.max(0, plan.arena + dice.oneOf([-4096, -64, -16, -1, 1, 64]));
};

const changeNumbers: Alteration = ({ constants }, dice) => {
  for (let i = 0; i < 8; i++) constants[dice.between(0, constants.length - 1)] = dice.between(0, 255);
};

const alterations: readonly Alteration[] = [
  ...[moveTensor, changeChannels, changeSize, changePitch, changeQuantization, exchangeTensor, moveConstant],
  ...[changeFloat, changeWindow, changeGroups, exchangeOperator, reorder, changeArena, changeNumbers],
];

/** A copy with one to three of them. */
export const alter = (plan: Plan, dice: Dice): Plan => {
  const copy = structuredClone(plan);
  for (let count = dice.oneOf([1, 1, 2, 3]); count > 0; count--)
    if (copy.operators.length > 0) dice.oneOf(alterations)(copy, dice);
  return copy;
};
