/** Many pieces of waiting work, a few at a time. */

/**
 * Does `work` for every item, at most `atOnce` at a time; the results lie in the items' order. The first failure, or the
 * signal, starts nothing more, and is thrown once what was under way has ended.
 */
export const inParallel = async <Item, Result>(
  items: readonly Item[],
  atOnce: number,
  work: (item: Item, index: number) => Promise<Result>,
  signal?: AbortSignal,
): Promise<Result[]> => {
  const results: Result[] = new Array(items.length);
  const failures: unknown[] = [];
  let next = 0;
  const goOn = async (): Promise<void> => {
    while (next < items.length && failures.length === 0) {
      const index = next++;
      try {
        signal?.throwIfAborted();
        results[index] = await work(items[index]!, index);
      } catch (error) {
        failures.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, goOn));
  if (failures.length > 0) throw failures[0];
  return results;
};
