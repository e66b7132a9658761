import { createServer } from 'node:http';
import { createServer as createRawServer, type Server } from 'node:net';
import { once } from 'node:events';
import { afterEach, expect, it } from '@jest/globals';
import { digestOf } from '@strata/oci';
import { openRegistry, type Registry } from '../index.js';

const digest = digestOf(Buffer.from('a manifest'));
const type = 'application/vnd.oci.image.manifest.v1+json';

let server: Server;
let registry: Registry;
afterEach(async () => {
  await registry.close();
  server.close();
});

async function open(): Promise<void> {
  await once(createAndListen(), 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : 0;
  registry = openRegistry(
    { baseUrl: new URL(`http://127.0.0.1:${port}`), credentials: null, allowPrivateNetwork: true },
    { maxInFlight: 1 },
  );
}
const createAndListen = () => server.listen(0, '127.0.0.1');

it('asks for many tags over the connections that it has', async () => {
  let connections = 0;
  server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': type, 'docker-content-digest': digest, 'content-length': 10 }).end();
  }).on('connection', () => (connections += 1));
  await open();
  for (const tag of ['1', '2', '3', '4', '5']) expect(await registry.observeTag('a/b', tag)).toMatchObject({ digest });
  expect(connections).toBeLessThanOrEqual(2); // the first answer may not be over when the second question is sent
});

it('takes nothing that a server sends after the head of a HEAD for the next answer', async () => {
  const head = (more: string) =>
    `HTTP/1.1 200 OK\r\ncontent-type: ${type}\r\ndocker-content-digest: ${digest}\r\ncontent-length: 10\r\n\r\n${more}`;
  server = createRawServer((socket) => {
    socket.on('error', () => undefined);
    socket.on('data', () => socket.write(head('a manifest')));
  });
  await open();
  for (const tag of ['1', '2', '3']) expect(await registry.observeTag('a/b', tag)).toMatchObject({ digest });
});
