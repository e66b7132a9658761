/** A subscription at the product, over a WebSocket of its own. */
export interface Follower<T> {
  /** What was told so far, in order. */
  readonly heard: readonly T[];
  /** Why it ended; null while it has not. */
  ended(): string | null;
  close(): void;
}

/** Subscribes in `graphql-transport-ws`; the answer to each event is the value of its one field. */
export async function follow<T>(graphqlUrl: string, field: string): Promise<Follower<T>> {
  const socket = new WebSocket(graphqlUrl.replace(/^http/, 'ws'), 'graphql-transport-ws');
  const heard: T[] = [];
  let end: string | null = null;
  socket.addEventListener('close', ({ code }) => (end ??= `closed with ${code}`));
  const acknowledged = new Promise<void>((resolve, reject) => {
    socket.addEventListener('error', () => reject(new Error('the socket was refused')));
    socket.addEventListener('message', ({ data }) => {
      const { type, payload } = JSON.parse(String(data)) as { type: string; payload?: { data?: Record<string, T> } }; // the protocol's own
      if (type === 'connection_ack') resolve();
      else if (type === 'next') heard.push(...Object.values(payload?.data ?? {}));
      else if (type !== 'ping' && type !== 'pong') end ??= String(data);
    });
  });
  const send = (message: object): void => socket.send(JSON.stringify(message));
  socket.addEventListener('open', () => send({ type: 'connection_init' }));
  await acknowledged;
  send({ id: '1', type: 'subscribe', payload: { query: `subscription { ${field} }` } });
  return { heard, ended: () => end, close: () => socket.close() };
}
