import type { Catalog } from '@strata/catalog';
import { openSocket, type SocketMessage, type TestSocket } from './open-socket.js';

/** One subscription on a socket of its own. */
export interface TestFollower extends Pick<TestSocket, 'closed' | 'close' | 'send'> {
  /** The next message about the subscription, whatever it says. */
  message(): Promise<SocketMessage>;
  /** The next so many changes. */
  take(count: number): Promise<readonly unknown[]>;
}

/** Subscribes at a running API; whoever follows hears of what is committed after `untilFollowed`. */
export async function followChanges(url: string, query: string, variables?: object): Promise<TestFollower> {
  const socket = await openSocket(url);
  socket.send({ id: 'changes', type: 'subscribe', payload: { query: `subscription ${query}`, variables } });
  const take = async (count: number): Promise<readonly unknown[]> => {
    const taken: unknown[] = [];
    while (taken.length < count) {
      const { payload, ...message } = await socket.next();
      if (message.type !== 'next') throw new Error(`not a change: ${JSON.stringify({ ...message, payload })}`);
      taken.push((payload as { data: { changes: unknown } }).data.changes); // the answer to `subscription { changes … }`
    }
    return taken;
  };
  return { message: socket.next, take, closed: socket.closed, close: socket.close, send: socket.send };
}

/** Waits until so many processes listen for changes: each began to follow before it began to listen. */
export async function untilFollowed({ pool }: Catalog, processes: number): Promise<void> {
  for (;;) {
    const { rows } = await pool.query<{ n: bigint }>(
      `SELECT count(*) AS n FROM pg_stat_activity WHERE datname = current_database() AND query = 'LISTEN strata_change'`,
    );
    if (rows[0]?.n === BigInt(processes)) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
