import type { Catalog } from '../open-catalog.js';

/** Wakes listeners in other processes. Best effort: whoever hears nothing looks by itself now and then. */
export interface Signal {
  /** Says, soon, that rows have been committed; many calls become one notification. */
  raise(): void;
  /** No notification is sent after this. */
  close(): void;
}

/**
 * Notifies outside the commits that it tells of, because PostgreSQL lets transactions that notify commit only one
 * after the other. At most one notification runs, and at most one starts every `intervalMs`.
 */
export function createSignal(
  { pool }: Pick<Catalog, 'pool'>,
  channel: string,
  { intervalMs = 20 }: { readonly intervalMs?: number } = {},
): Signal {
  let state: 'quiet' | 'sending' | 'raised-while-sending' | 'closed' = 'quiet';

  const send = async (): Promise<void> => {
    const pause = new Promise((resolve) => setTimeout(resolve, intervalMs).unref());
    await pool.query(`NOTIFY ${channel}`).catch(() => undefined); // the listener's own clock makes up for it
    await pause;
    if (state === 'raised-while-sending') begin();
    else if (state === 'sending') state = 'quiet';
  };
  const begin = (): void => {
    state = 'sending';
    void send();
  };

  return {
    raise() {
      if (state === 'quiet') begin();
      else if (state === 'sending') state = 'raised-while-sending';
    },
    close() {
      state = 'closed';
    },
  };
}
