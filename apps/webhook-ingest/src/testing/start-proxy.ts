import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** Something between the hook and its database that can fail in every way a network can. */
export interface Proxy {
  readonly port: number;
  /** `forward` works, `silent` takes everything and answers nothing, `refuse` hangs up on everybody. */
  mode: 'forward' | 'silent' | 'refuse';
  /** Ends the connections there are. */
  cut(): void;
  stop(): Promise<void>;
}

/** Listens on a port of its own in front of `target`. */
export async function startProxy(target: { readonly host: string; readonly port: number }): Promise<Proxy> {
  const sockets = new Set<Socket>();
  const keep = (socket: Socket): Socket => {
    sockets.add(socket);
    return socket.on('close', () => sockets.delete(socket)).on('error', () => socket.destroy());
  };
  const server = createServer((client) => {
    keep(client);
    if (proxy.mode === 'refuse') return void client.destroy();
    const upstream = keep(connect(target));
    client.on('data', (data) => proxy.mode === 'forward' && upstream.write(data));
    upstream.on('data', (data) => proxy.mode === 'forward' && client.write(data));
    client.on('close', () => upstream.destroy());
    upstream.on('close', () => client.destroy());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const proxy: Proxy = {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    mode: 'forward',
    cut: () => sockets.forEach((socket) => socket.destroy()),
    async stop() {
      proxy.cut();
      server.close();
      await once(server, 'close');
    },
  };
  return proxy;
}
