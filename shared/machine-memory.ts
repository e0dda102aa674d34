/** Node only: how much memory this process may use, by the machine or by the container that it runs in. */
import { totalmem } from "node:os";

/** Bytes. */
export const machineMemory = (): number => {
  // 0 where it is not known, and more than there is where nothing constrains it
  const constrained = process.constrainedMemory();
  return constrained > 0 ? Math.min(constrained, totalmem()) : totalmem();
};
