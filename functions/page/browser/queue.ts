/** Work that waits for its turn. */

export interface Queue<Work> {
  /** Behind all that wait; nothing where it waits already. */
  add(work: Work): void;
  /** It is not begun any more; what runs goes on. */
  remove(work: Work): void;
}

/** @param run never rejects */
export const createQueue = <Work>(atOnce: number, run: (work: Work) => Promise<void>): Queue<Work> => {
  const waiting = new Set<Work>();
  let running = 0;
  const next = (): void => {
    for (const work of waiting) {
      if (running === atOnce) return;
      waiting.delete(work);
      running++;
      void run(work).finally(() => {
        running--;
        next();
      });
    }
  };
  return {
    add(work) {
      waiting.add(work);
      next();
    },
    remove: (work) => void waiting.delete(work),
  };
};
