import { CROWD_DELIVERIES, SOURCE_BURST_EVENTS, SOURCE_EVENTS_PER_SECOND } from './ceilings.js';

/** What one source has used of the events that it is entitled to. */
export interface Share {
  /** Whether it has had more than its due. */
  readonly isUsedUp: (now: Date) => boolean;
  /** Notes events; more than there are left makes a debt, which time pays off. */
  readonly spend: (events: number, now: Date) => void;
}

/** A bucket that holds `SOURCE_BURST_EVENTS` and fills at `SOURCE_EVENTS_PER_SECOND`. */
export function createShare(): Share {
  let left = SOURCE_BURST_EVENTS;
  let filledAtMs = 0;
  const fill = (now: Date): void => {
    const passedMs = Math.max(0, now.getTime() - filledAtMs); // a clock that is set back costs nothing
    left = Math.min(SOURCE_BURST_EVENTS, left + (passedMs / 1_000) * SOURCE_EVENTS_PER_SECOND);
    filledAtMs = now.getTime();
  };
  return {
    isUsedUp(now) {
      fill(now);
      return left <= 0;
    },
    spend(events, now) {
      fill(now);
      left -= events;
    },
  };
}

/** The deliveries that are being committed at this moment, of all sources. */
export interface Crowd {
  /** Runs `work` as one of them. */
  readonly join: <T>(work: () => Promise<T>) => Promise<T>;
  readonly isDense: () => boolean;
}

/** Counts what is under way; only in a crowd does anybody have to stand back. */
export function createCrowd(): Crowd {
  let underWay = 0;
  return {
    async join(work) {
      underWay += 1;
      try {
        return await work();
      } finally {
        underWay -= 1;
      }
    },
    isDense: () => underWay >= CROWD_DELIVERIES,
  };
}
