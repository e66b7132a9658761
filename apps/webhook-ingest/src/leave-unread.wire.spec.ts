import { afterEach, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { leaveUnread } from './leave-unread.js';

const CEILING_BYTES = 1_000;
let server: Server;
let client: Socket;

/** A server that answers each request without its body, and a client of it that has sent the head of a long one. */
async function start(prepare: (request: IncomingMessage) => void): Promise<void> {
  server = createServer((request, response) => {
    prepare(request);
    response.end('no');
    leaveUnread(request, CEILING_BYTES);
  }).listen(0, '127.0.0.1');
  server.requestTimeout = 0;
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo; // it listens on a port, so it has one
  client = connect({ port, host: '127.0.0.1' });
  client.on('error', () => undefined);
  client.resume().write('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n');
}

afterEach(() => {
  client.destroy();
  server.closeAllConnections();
  server.close();
});

it.each<readonly [string, (request: IncomingMessage) => void]>([
  ['nobody has read of', () => undefined],
  ['somebody has stopped reading', (request) => void request.on('data', () => undefined).pause()],
])('hangs up on a sender whose body goes on, and which %s', async (_title, prepare) => {
  await start(prepare);
  client.write(Buffer.alloc(CEILING_BYTES + 1));
  await once(client, 'close');
  expect(client.destroyed).toBe(true);
});
