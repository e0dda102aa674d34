/** Something with a lifetime that several requests use: it is disposed of after it was retired and the last of them is done. */

export interface Shared<T> {
  readonly value: T;
  /** Keeps it until the returned function is called. */
  hold(): () => void;
  /** No one may hold it from now on; resolves when it has been disposed of. */
  retire(): Promise<void>;
}

export const share = <T>(value: T, dispose: () => Promise<void>): Shared<T> => {
  let holders = 0;
  let retired: (() => void) | undefined;
  return {
    value,
    hold() {
      if (retired) throw new Error("held after it was retired");
      holders++;
      let held = true;
      return () => {
        if (!held) return;
        held = false;
        if (--holders === 0) retired?.();
      };
    },
    async retire() {
      await new Promise<void>((resolve) => {
        retired = resolve;
        if (holders === 0) resolve();
      });
      await dispose();
    },
  };
};
