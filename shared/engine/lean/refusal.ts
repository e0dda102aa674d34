/** How a plan is turned down. */

/** A plan that the lean engine does not run; `why` names the field at fault. */
export class PlanRefusedError extends Error {
  override readonly name = "PlanRefusedError";
  readonly why: string;
  /** Sound, but more than one photo may take. */
  readonly tooLarge: boolean;

  constructor(why: string, { tooLarge = false } = {}) {
    super(`the lean engine refuses this plan: ${why}; publish the model again`);
    this.why = why;
    this.tooLarge = tooLarge;
  }
}

/** @throws PlanRefusedError always */
export const refuse = (why: string, options?: { tooLarge?: boolean }): never => {
  throw new PlanRefusedError(why, options);
};
