/** Constant tensors of an ONNX graph: their numbers read and written. All stored little-endian, as ONNX prescribes. */
import { create } from "@bufbuild/protobuf";
import { bytesOf } from "../hash.ts";
import { float16ToFloat32 } from "./float16.ts";
import { TensorProto_DataType as DataType, type TensorProto, TensorProtoSchema } from "./gen/onnx_pb.js";

export { TensorProto_DataType as DataType } from "./gen/onnx_pb.js";

export const dimsOf = (tensor: TensorProto): number[] => tensor.dims.map(Number);

/**
 * The numbers of a float tensor; half precision is widened, which is exact.
 * @throws Error for other types, naming the tensor
 */
export const readFloats = (tensor: TensorProto): Float32Array => {
  const { rawData } = tensor;
  if (tensor.dataType === DataType.FLOAT)
    return rawData.length ? new Float32Array(aligned(rawData)) : Float32Array.from(tensor.floatData);
  if (tensor.dataType === DataType.FLOAT16)
    return float16ToFloat32(rawData.length ? new Uint16Array(aligned(rawData)) : Uint16Array.from(tensor.int32Data));
  if (tensor.dataType === DataType.DOUBLE)
    return Float32Array.from(rawData.length ? new Float64Array(aligned(rawData)) : tensor.doubleData);
  throw new Error(`tensor ${tensor.name} holds ${DataType[tensor.dataType]}, where float numbers are needed`);
};

/** The numbers of an integer tensor (shapes, axes), or truth as 0 and 1. @throws Error for other types, naming the tensor */
export const readIntegers = (tensor: TensorProto): number[] => {
  const { rawData } = tensor;
  if (tensor.dataType === DataType.INT64)
    return Array.from(rawData.length ? new BigInt64Array(aligned(rawData)) : tensor.int64Data, Number);
  if (tensor.dataType === DataType.INT32)
    return Array.from(rawData.length ? new Int32Array(aligned(rawData)) : tensor.int32Data);
  if (tensor.dataType === DataType.UINT8 || tensor.dataType === DataType.BOOL)
    return Array.from(rawData.length ? rawData : tensor.int32Data);
  throw new Error(`tensor ${tensor.name} holds ${DataType[tensor.dataType]}, where integers are needed`);
};

const typeOf = (data: TensorNumbers): DataType => {
  if (data instanceof Float32Array) return DataType.FLOAT;
  if (data instanceof Uint16Array) return DataType.FLOAT16;
  if (data instanceof Int32Array) return DataType.INT32;
  if (data instanceof BigInt64Array) return DataType.INT64;
  if (data instanceof Int8Array) return DataType.INT8;
  return DataType.UINT8;
};

/** A Uint16Array holds half-precision floats. */
export type TensorNumbers = Float32Array | Uint16Array | Int32Array | BigInt64Array | Int8Array | Uint8Array;

/** @param dims product equal to the count of numbers; `[]` is a scalar */
export const tensor = (name: string, dims: readonly number[], data: TensorNumbers): TensorProto => {
  const count = dims.reduce((product, dim) => product * dim, 1);
  if (count !== data.length)
    throw new Error(`tensor ${name} of shape [${dims}] needs ${count} numbers, not ${data.length}`);
  return create(TensorProtoSchema, {
    name,
    dataType: typeOf(data),
    dims: dims.map(BigInt),
    rawData: bytesOf(data).slice(),
  });
};

/** A copy whose buffer starts at 0, so that it can be viewed as wider numbers. */
const aligned = (bytes: Uint8Array): ArrayBuffer => Uint8Array.from(bytes).buffer;
