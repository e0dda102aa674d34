/** What the engine calls: one function per operator and type of numbers, each given a record of arguments in memory. */
import * as binary from "./binary";
import { Convolution, convolve } from "./convolution";
import { depthwise } from "./depthwise";
import { line } from "./line";
import { averagePool, globalAverage, maxPool, Pool } from "./pool";
import { Transform } from "./products";
import { Depthwise } from "./ring";
import { strassen } from "./strassen";
import * as unary from "./unary";
import { winograd } from "./winograd";

/** Where free memory begins. */
export const heap: usize = __heap_base;

export function conv_u8(task: Convolution): void {
  convolve<u8>(task);
}

export function conv_f32(task: Convolution): void {
  convolve<f32>(task);
}

export function winograd_u8(task: Transform): void {
  winograd(task);
}

export function line_u8(task: Transform): void {
  line(task);
}

export function strassen_u8(task: Transform): void {
  strassen(task);
}

export function depthwise_u8(task: Depthwise): void {
  depthwise<u8>(task);
}

export function depthwise_f32(task: Depthwise): void {
  depthwise<f32>(task);
}

export function maxPool_u8(task: Pool): void {
  maxPool<u8>(task);
}

export function maxPool_f32(task: Pool): void {
  maxPool<f32>(task);
}

export function averagePool_u8(task: Pool): void {
  averagePool<u8>(task);
}

export function averagePool_f32(task: Pool): void {
  averagePool<f32>(task);
}

export function globalAverage_u8(task: Pool): void {
  globalAverage<u8, u8>(task);
}

export function globalAverage_u8_f32(task: Pool): void {
  globalAverage<u8, f32>(task);
}

export function globalAverage_f32(task: Pool): void {
  globalAverage<f32, f32>(task);
}

export function add_u8(task: binary.Binary): void {
  binary.addBytes(task);
}

export function add_f32(task: binary.Binary): void {
  binary.addFloats(task);
}

export function mul_u8(task: binary.Binary): void {
  binary.mulBytes(task);
}

export function mul_f32(task: binary.Binary): void {
  binary.mulFloats(task);
}

export function sub_f32(task: binary.Binary): void {
  binary.subFloats(task);
}

export function div_f32(task: binary.Binary): void {
  binary.divFloats(task);
}

export function prelu_f32(task: binary.Binary): void {
  binary.preluFloats(task);
}

export function image_u8(task: unary.Unary): void {
  unary.image<u8>(task);
}

export function image_f32(task: unary.Unary): void {
  unary.image<f32>(task);
}

export function concat_u8(task: unary.Unary): void {
  unary.copy(task, task.channels);
}

export function concat_f32(task: unary.Unary): void {
  unary.copy(task, task.channels * 4);
}

export function quantize_f32(task: unary.Unary): void {
  unary.quantize(task);
}

export function dequantize_u8(task: unary.Unary): void {
  unary.dequantize(task);
}

export function table_u8(task: unary.Unary): void {
  unary.table(task);
}

export function clip_f32(task: unary.Unary): void {
  unary.clip(task);
}

export function hardSigmoid_f32(task: unary.Unary): void {
  unary.hardSigmoid(task);
}

export function hardSwish_f32(task: unary.Unary): void {
  unary.hardSwish(task);
}

export function leakyRelu_f32(task: unary.Unary): void {
  unary.leakyRelu(task);
}

export function sigmoid_f32(task: unary.Unary): void {
  unary.sigmoid(task);
}

export function tanh_f32(task: unary.Unary): void {
  unary.tanh(task);
}

export function softmax_f32(task: unary.Unary): void {
  unary.softmax(task);
}

export function logSumExp_f32(task: unary.Unary): void {
  unary.logSumExp(task);
}
