/** How a plan is turned down. */

/** @throws Error always: what is wrong with the plan, and the fix */
export const refuse = (why: string): never => {
  throw new Error(`not a plan that can be run: ${why}; publish the model again`);
};
