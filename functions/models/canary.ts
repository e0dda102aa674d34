/** A model by name: the version that answers, and beside it the candidate that is tried on a share of the requests. */
import { drawnOnce, theCandidate, theVersion } from "./draw.ts";
import type { ModelParts } from "./parts.ts";
import { createModelSlot, type Held, type ModelSlot } from "./slot.ts";

export interface Canary {
  /**
   * @param draw from 0 to 1; below the candidate's share it is the candidate's. A candidate that cannot be loaded leaves its
   *   requests to the version that answers.
   * @returns undefined once it is closed
   * @throws Problem 404 or 503, as the slot's `hold`
   */
  hold(draw: number): Promise<Held | undefined>;
  /** What is wrong, though something may answer. */
  warnings(): string[];
  refresh(): Promise<void>;
  close(): Promise<void>;
}

export const createCanary = (name: string, parts: ModelParts): Canary => {
  // without room for two the instance as a whole is on one side
  const alone = parts.settings.releaseFirst;
  const answering = createModelSlot(name, parts, alone ? drawnOnce() : theVersion);
  let candidate: ModelSlot | undefined;

  const follow = (): number => {
    const share = alone ? 0 : (answering.candidate()?.share ?? 0);
    if (share > 0) candidate ??= createModelSlot(name, parts, theCandidate);
    else {
      void candidate?.close();
      candidate = undefined;
    }
    return share;
  };

  return {
    async hold(draw) {
      const held = await answering.hold();
      if (!held || draw >= follow()) return held;
      // it has said in the log why it cannot
      const tried = await candidate?.hold().catch(() => undefined);
      if (!tried) return held;
      held.release();
      return tried;
    },
    warnings: () => [answering.warning(), candidate?.warning()].filter((warning) => warning !== undefined),
    async refresh() {
      await answering.refresh();
      follow();
      await candidate?.refresh();
    },
    async close() {
      await Promise.all([answering.close(), candidate?.close()]);
    },
  };
};
