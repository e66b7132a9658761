import type { Catalog } from '../open-catalog.js';

/** The channel on which relays listen for new rows of the inbox. */
export const INBOX_CHANNEL = 'strata_inbox';

/** Wakes relays. Best effort: a relay that hears nothing looks by itself every second. */
export interface InboxSignal {
  /** Says, soon, that rows have been committed; many calls become one notification. */
  raise(): void;
  /** No notification is sent after this. */
  close(): void;
}

/**
 * Notifies outside the commits that it tells of, because PostgreSQL lets transactions that notify commit only one
 * after the other. At most one notification runs, and at most one starts every `intervalMs`.
 */
export function createInboxSignal(
  catalog: Pick<Catalog, 'pool'>,
  { intervalMs = 20 }: { readonly intervalMs?: number } = {},
): InboxSignal {
  let state: 'quiet' | 'sending' | 'raised-while-sending' | 'closed' = 'quiet';

  const send = async (): Promise<void> => {
    const pause = new Promise((resolve) => setTimeout(resolve, intervalMs).unref());
    await catalog.pool.query(`NOTIFY ${INBOX_CHANNEL}`).catch(() => undefined); // the relay's own clock makes up for it
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
