/** What a load has met; rates and times are of what was answered well. */
export interface LoadResult {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly failures: number;
}

/** Sends the next request as soon as one is answered, on so many lines at once, until the time is over. */
export async function closedLoop(options: {
  readonly lines: number;
  readonly durationMs: number;
  readonly send: (index: number) => Promise<boolean>;
}): Promise<LoadResult> {
  const latencies: number[] = [];
  let failures = 0;
  let index = 0;
  const startedAt = performance.now();
  const line = async (): Promise<void> => {
    while (performance.now() - startedAt < options.durationMs) {
      const sentAt = performance.now();
      if (await options.send(index++)) latencies.push(performance.now() - sentAt);
      else failures += 1;
    }
  };
  await Promise.all(Array.from({ length: options.lines }, line));
  return summary(latencies, failures, performance.now() - startedAt);
}

/** Sends at a fixed rate, whether or not the answers keep up; a late answer counts from when it was due to be asked. */
export async function openLoop(options: {
  readonly perSecond: number;
  readonly durationMs: number;
  readonly send: (index: number) => Promise<boolean>;
}): Promise<LoadResult> {
  const latencies: number[] = [];
  let failures = 0;
  const total = Math.round((options.perSecond * options.durationMs) / 1_000);
  const startedAt = performance.now();
  const pending: Promise<void>[] = [];
  for (let index = 0; index < total; index += 1) {
    const dueMs = startedAt + (index * 1_000) / options.perSecond;
    while (performance.now() < dueMs) await new Promise((resolve) => setTimeout(resolve, 1));
    pending.push(
      options.send(index).then((isGood) => {
        if (isGood) latencies.push(performance.now() - dueMs);
        else failures += 1;
      }),
    );
  }
  await Promise.all(pending);
  return summary(latencies, failures, performance.now() - startedAt);
}

function summary(latencies: number[], failures: number, elapsedMs: number): LoadResult {
  latencies.sort((a, b) => a - b);
  return {
    perSecond: (latencies.length * 1_000) / elapsedMs,
    p50Ms: quantile(latencies, 0.5),
    p99Ms: quantile(latencies, 0.99),
    failures,
  };
}

/** The value that this share of the sorted values does not exceed. */
export function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}
