/** IEEE 754's and ONNX' rounding: a half goes to the even neighbour. */
export const roundToEven = (value: number): number => {
  const floor = Math.floor(value);
  const rest = value - floor;
  return rest > 0.5 || (rest === 0.5 && floor % 2 !== 0) ? floor + 1 : floor;
};
