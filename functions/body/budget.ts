/**
 * How many bytes of request bodies may be held at once, over all requests. Where they are spent, bodies that hardly come make
 * room for those that do: a few dozen senders that stop in the middle would else keep everyone out.
 */
import type { Clock } from "../../shared/classifier/clock.ts";
import type { RequestLimits } from "../../shared/limits.ts";
import { Problem } from "../../shared/problem.ts";

/** What one request holds. */
export interface Share {
  /**
   * Counts bytes that came.
   * @throws Problem 503 with retryAfter when they would not fit beside what others hold, 408 when the share was given up
   */
  take(bytes: number): void;
  /**
   * From now on until the returned function is called its bytes are on their way, and may be given up for others' sake.
   * @param drop is told why; the share holds nothing any more then
   */
  arriving(drop: (reason: Problem) => void): () => void;
  /** Gives everything back. */
  close(): void;
}

export interface Budget {
  open(): Share;
}

export type BudgetLimits = Pick<RequestLimits, "bodies" | "slow">;

interface Arrival {
  drop(reason: Problem): void;
  /** The time that is being measured, and what came in it. */
  since: number;
  came: number;
  /** What the time before said; a body that has just begun is not slow. */
  wasSlow: boolean;
}

interface Holding {
  bytes: number;
  /** Why it was given up. */
  dropped?: Problem;
  arrival: Arrival | undefined;
}

export const createBudget = ({ bodies, slow }: BudgetLimits, clock: Pick<Clock, "now">): Budget => {
  const holdings = new Set<Holding>();
  let held = 0;

  const isSlow = ({ since, came, wasSlow }: Arrival): boolean => {
    const elapsed = clock.now() - since;
    return elapsed < slow.milliseconds ? wasSlow : came * 1000 < slow.bytesPerSecond * elapsed;
  };

  const measure = (arrival: Arrival, bytes: number): void => {
    if (clock.now() - arrival.since >= slow.milliseconds)
      Object.assign(arrival, { wasSlow: isSlow(arrival), since: clock.now(), came: 0 });
    arrival.came += bytes;
  };

  /** Drops as few slow bodies as make room, if all of them together do. */
  const makeRoom = (bytes: number, own: Holding): void => {
    let missing = held + bytes - bodies;
    const slowOnes = [...holdings]
      .filter((holding) => holding !== own && holding.arrival && isSlow(holding.arrival))
      .sort((a, b) => b.bytes - a.bytes);
    if (slowOnes.reduce((sum, holding) => sum + holding.bytes, 0) < missing) return;
    for (const holding of slowOnes) {
      if (missing <= 0) return;
      missing -= holding.bytes;
      release(holding);
      holding.dropped = tooSlow(slow.bytesPerSecond);
      holding.arrival!.drop(holding.dropped);
    }
  };

  const release = (holding: Holding): void => {
    held -= holding.bytes;
    holding.bytes = 0;
    holdings.delete(holding);
  };

  return {
    open() {
      const own: Holding = { bytes: 0, arrival: undefined };
      holdings.add(own);
      return {
        take(bytes) {
          if (own.dropped) throw own.dropped;
          if (held + bytes > bodies) makeRoom(bytes, own);
          if (held + bytes > bodies)
            throw new Problem(503, "too many photos are being sent at once; try again in a second", { retryAfter: 1 });
          if (own.arrival) measure(own.arrival, bytes);
          held += bytes;
          own.bytes += bytes;
        },
        arriving(drop) {
          own.arrival = { drop, since: clock.now(), came: 0, wasSlow: false };
          return () => {
            own.arrival = undefined;
          };
        },
        close: () => release(own),
      };
    },
  };
};

const tooSlow = (bytesPerSecond: number): Problem =>
  new Problem(
    408,
    `the body came at less than ${bytesPerSecond / 1000} kB a second, while others had none to wait for; send a smaller photo, or send it again later`,
    { retryAfter: 5 },
  );
