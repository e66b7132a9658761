import pg from 'pg';
import { INBOX_CHANNEL } from './record-events-signal.js';

const RECONNECT_MS = 1_000;
const CONNECT_TIMEOUT_MS = 5_000;

/** A wait for news of the inbox. */
export interface InboxListener {
  close(): Promise<void>;
}

/**
 * Calls `onNews` whenever some process says that there may be new rows. Best effort: a broken connection is made
 * again, and what was said meanwhile is lost, so the caller looks by itself now and then.
 */
export function listenInbox(databaseUrl: string, onNews: () => void, onError: (error: Error) => void): InboxListener {
  let client: pg.Client | null = null;
  let retry: NodeJS.Timeout | null = null;
  let closed = false;

  const again = (error: Error): void => {
    if (closed || retry !== null) return;
    onError(error);
    client?.removeAllListeners('notification');
    client = null;
    retry = setTimeout(() => {
      retry = null;
      void connect();
    }, RECONNECT_MS);
  };
  const connect = async (): Promise<void> => {
    const fresh = new pg.Client({
      connectionString: databaseUrl,
      keepAlive: true,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    });
    fresh.on('error', again);
    fresh.on('end', () => again(new Error('the connection that listens for events has ended')));
    fresh.on('notification', onNews);
    client = fresh;
    try {
      await fresh.connect();
      await fresh.query(`LISTEN ${INBOX_CHANNEL}`);
      onNews();
    } catch (error) {
      again(error instanceof Error ? error : new Error(String(error)));
    }
  };
  void connect();
  return {
    async close() {
      closed = true;
      if (retry !== null) clearTimeout(retry);
      await client?.end().catch(() => undefined);
    },
  };
}
