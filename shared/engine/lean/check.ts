/** What must hold of a plan before one of its operators runs. */
import { checkOperator } from "./check-operator.ts";
import { elementBytes, isVector, type Plan, type PlanTensor, spanOf } from "./plan.ts";
import { refuse } from "./refusal.ts";
import { depthwiseScratch, scratchOf } from "./scratch.ts";
import { widenedBytes } from "./weights.ts";
import { workOf } from "./work.ts";

export interface PlanLimits {
  /** Of plan, arena, scratch memory and widened weights. */
  bytes: number;
  /** Multiplications, or what takes as long, of one photo. */
  work: number;
}

/** InceptionResNetV2 at 331 px, the largest model we know of use here, takes 60 MB and 17e9. */
export const planLimits: PlanLimits = { bytes: 2 ** 28, work: 2 ** 35 };

/** @throws PlanRefusedError naming the tensor or the operator at fault */
export const checkPlan = (plan: Plan, limits: Partial<PlanLimits> = {}): void => {
  const { bytes, work } = { ...planLimits, ...limits };
  const { input, outputs, tensors } = plan;
  const refuseSize = (why: string): never => refuse(why, { tooLarge: true });
  const left = bytes - plan.arena - plan.constants.length;
  if (left < 0)
    refuseSize(`${plan.arena} bytes of arena and ${plan.constants.length} of constants, more than ${bytes}`);

  if (![input.channels, input.height, input.width].every(isSide) || input.offset % 16 !== 0)
    refuse(`an input of ${input.channels} x ${input.height} x ${input.width} at byte ${input.offset}`);
  if (input.offset + input.channels * input.height * input.width * 4 > plan.arena)
    refuse("its input does not fit into the arena");
  for (const [i, tensor] of tensors.entries()) checkTensor(tensor, i, plan);

  for (const name of ["logits", "heatmap"] as const) {
    const tensor = tensors[outputs[name] ?? -1];
    if (name === "heatmap" && outputs.heatmap === undefined) continue;
    const fits = tensor?.type === "f32" && tensor.pitch !== 4 && (name === "heatmap" || isVector(tensor));
    if (!fits) refuse(`tensor ${outputs[name]} cannot be its ${name}: that must be float32, logits a vector`);
  }

  let [total, scratch, widened, calls] = [0, 0, 0, 0];
  for (const [i, operator] of plan.operators.entries()) {
    const where = `operator ${i} (${operator.op})`;
    checkOperator(operator, plan, where);
    scratch = Math.max(scratch, scratchOf(operator, plan));
    widened += widenedBytes(operator, plan);
    if (scratch + widened > left)
      refuseSize(`${where}: ${scratch + widened} bytes of scratch memory and float weights`);
    total += workOf(operator, plan);
    if (total > work) refuseSize(`${where}: more than ${work} multiplications for a photo`);
    calls += operator.op === "depthwise" ? depthwiseScratch(operator, plan).parts : 1;
    if (calls > mostCalls) refuseSize(`${where}: more than ${mostCalls} calls of kernels`);
  }
};

const mostSide = 65_536;

/** Each has a record in memory. */
const mostCalls = 65_536;

const isSide = (side: number): boolean => side >= 1 && side <= mostSide;

const checkTensor = (tensor: PlanTensor, index: number, plan: Plan): void => {
  const { type, place, channels, height, width, pitch, offset, scale, zero } = tensor;
  const fail = (why: string): never => refuse(`tensor ${index}: ${why}`);
  if (![channels, height, width, pitch].every(isSide)) fail(`${channels} x ${height} x ${width}, pitch ${pitch}`);
  if (pitch < channels || (pitch !== 4 && pitch % 8 !== 0)) fail(`a pitch of ${pitch} for ${channels} channels`);
  if (offset % (pitch === 4 ? 16 : 8 * elementBytes[type]) !== 0) fail(`an offset of ${offset}, which is not aligned`);
  if (offset + spanOf(tensor) > (place === "arena" ? plan.arena : plan.constants.length))
    fail(`its last byte lies outside the ${place}`);
  if (type === "f32" ? scale !== 1 || zero !== 0 : !(scale > 0 && scale < Number.POSITIVE_INFINITY && zero <= 255))
    fail(`a scale of ${scale} and a zero of ${zero}`);
};
