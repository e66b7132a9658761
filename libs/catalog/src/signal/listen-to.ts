import pg from 'pg';

const RECONNECT_MS = 1_000;
const CONNECT_TIMEOUT_MS = 5_000;

/** A wait for news. */
export interface Listener {
  close(): Promise<void>;
}

/** Who is told what of a channel. */
export interface ListenerCalls {
  readonly onNews: () => void;
  readonly onError: (error: Error) => void;
}

/**
 * Calls `onNews` whenever some process says on a channel that there may be new rows. Best effort: a broken connection
 * is made again, and what was said meanwhile is lost, so the caller looks by itself now and then.
 */
export function listenTo(databaseUrl: string, channel: string, { onNews, onError }: ListenerCalls): Listener {
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
    fresh.on('end', () => again(new Error(`the connection that listens on ${channel} has ended`)));
    fresh.on('notification', onNews);
    client = fresh;
    try {
      await fresh.connect();
      await fresh.query(`LISTEN ${channel}`);
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
