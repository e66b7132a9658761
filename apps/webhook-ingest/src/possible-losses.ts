/** Remembers that senders were turned away, until the catalog knows: some send again, others never do. */
export interface PossibleLosses {
  /** What a delivery of a configured source was answered. */
  answered(source: string, status: number): void;
  close(): void;
}

/** So many refused senders in a row look like a secret that is wrong on one side. */
const STORM = 10;

/** And mark a source at most this often: nobody who does not know the secret shall be able to call for more crawls. */
const STORM_EVERY_MS = 3_600_000;

/**
 * Opens the memory. A delivery that could not be committed marks its source, and so does the first one that gets in
 * after a storm of wrong credentials. `mark` is tried again every `retryMs` until the database takes it: the mark is
 * made because of an outage, and must survive it.
 */
export function createPossibleLosses(options: {
  readonly mark: (source: string, at: Date) => Promise<void>;
  readonly now: () => Date;
  readonly retryMs?: number;
}): PossibleLosses {
  const { mark, now, retryMs = 1_000 } = options;
  const pending = new Map<string, Date>();
  const refusals = new Map<string, number>();
  const stormAtMs = new Map<string, number>();
  let timer: NodeJS.Timeout | null = null;
  let isClosed = false;

  const flush = async (): Promise<void> => {
    for (const [source, at] of pending) {
      await mark(source, at);
      if (pending.get(source) === at) pending.delete(source);
    }
  };
  const plan = (): void => {
    if (isClosed || timer !== null || pending.size === 0) return;
    timer = setTimeout(() => {
      void flush()
        .catch(() => undefined) // the database is away; that is why this is tried again
        .finally(() => {
          timer = null;
          plan();
        });
    }, retryMs);
  };
  const lost = (source: string): void => {
    pending.set(source, now());
    plan();
  };
  return {
    answered(source, status) {
      if (status >= 500) return lost(source);
      if (status === 401) return void refusals.set(source, (refusals.get(source) ?? 0) + 1);
      if (status >= 300) return;
      const isStorm = (refusals.get(source) ?? 0) >= STORM;
      refusals.delete(source);
      if (!isStorm || now().getTime() - (stormAtMs.get(source) ?? -Infinity) < STORM_EVERY_MS) return;
      stormAtMs.set(source, now().getTime());
      lost(source);
    },
    close() {
      isClosed = true;
      if (timer !== null) clearTimeout(timer);
    },
  };
}
