/** How often requests may leave. */
export interface Rate {
  /** Null: as fast as the answers come. */
  readonly requestsPerSecond: number | null;
  /** How many may leave at once after a rest. */
  readonly burst: number;
}

/** A token bucket, kept as the one time at which it is full again (generic cell rate algorithm). */
export interface Bucket {
  /** When the next request may leave, in the caller's milliseconds; not before `nowMs`. */
  nextAtMs(nowMs: number): number;
  /** Takes the place of the request that leaves at `atMs`. */
  take(atMs: number): void;
}

/** Opens a full one. Throws `RangeError` for a rate or burst that lets nothing through. */
export function openBucket({ requestsPerSecond, burst }: Rate): Bucket {
  if (requestsPerSecond === null) return { nextAtMs: (nowMs) => nowMs, take: () => undefined };
  if (!(requestsPerSecond > 0) || !(burst >= 1)) throw new RangeError('a rate that lets no request through');
  const intervalMs = 1_000 / requestsPerSecond;
  let fullAtMs = -Infinity;
  return {
    nextAtMs: (nowMs) => Math.max(nowMs, fullAtMs - (burst - 1) * intervalMs),
    take: (atMs) => void (fullAtMs = Math.max(fullAtMs, atMs) + intervalMs),
  };
}
