/** One message of the server, as far as tests look at it. */
export interface SocketMessage {
  readonly type: string;
  readonly id?: string;
  readonly payload?: unknown;
}

/** A client that speaks `graphql-transport-ws` by hand, so that a test can also speak it badly. */
export interface TestSocket {
  send(message: object | string): void;
  /** The next message, in order. Throws when the socket was closed instead. */
  next(): Promise<SocketMessage>;
  /** The code that the socket was closed with. */
  readonly closed: Promise<number>;
  close(): void;
}

/** Opens a socket at a running API; with `init`, the connection is acknowledged already. */
export async function openSocket(
  url: string,
  options: {
    readonly origin?: string;
    readonly protocol?: string;
    readonly init?: boolean;
    /** The payload of the greeting. */
    readonly parameters?: object;
    readonly headers?: Readonly<Record<string, string>>;
  } = {},
): Promise<TestSocket> {
  const { origin, protocol = 'graphql-transport-ws', init = true, parameters } = options;
  const socket = new WebSocket(`${url.replace(/^http/, 'ws')}/graphql`, {
    protocols: [protocol],
    headers: { ...options.headers, ...(origin === undefined ? {} : { origin }) },
  });
  const messages: SocketMessage[] = [];
  let wake = (): void => undefined;
  const closed = new Promise<number>((resolve) => {
    socket.addEventListener('close', ({ code }) => resolve(code));
  });
  let closeCode: number | null = null;
  void closed.then((code) => {
    closeCode = code;
    wake();
  });
  socket.addEventListener('message', ({ data }) => {
    messages.push(JSON.parse(String(data)) as SocketMessage);
    wake();
  });
  const next: TestSocket['next'] = async () => {
    for (;;) {
      const message = messages.shift();
      if (message !== undefined) return message;
      if (closeCode !== null) throw new Error(`the socket was closed with ${closeCode}`);
      await new Promise<void>((resolve) => (wake = resolve));
    }
  };
  const send: TestSocket['send'] = (message) =>
    socket.send(typeof message === 'string' ? message : JSON.stringify(message));
  const opened = new Promise<boolean>((resolve) => {
    socket.addEventListener('open', () => resolve(true));
    socket.addEventListener('error', () => resolve(false));
    socket.addEventListener('close', () => resolve(false));
  });
  if (!(await opened)) throw new Error('the socket was refused');
  if (init) {
    send({ type: 'connection_init', payload: parameters });
    await next();
  }
  return { send, next, closed, close: () => socket.close() };
}
