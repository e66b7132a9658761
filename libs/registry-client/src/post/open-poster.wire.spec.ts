import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { LookupFunction } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { RegistryError } from '../registry-error.js';
import { openPoster, type Poster, type PosterOptions } from './open-poster.js';

let server: Server | null = null;
let poster: Poster | null = null;
afterEach(async () => {
  await poster?.close();
  server?.closeAllConnections();
  await new Promise((resolve) => (server === null ? resolve(null) : server.close(resolve)));
  server = poster = null;
});

/** Opens the way to a receiver that answers so; its path and query are the secret of a chat. */
async function toReceiver(answer: RequestListener, options: Partial<PosterOptions> = {}): Promise<Poster> {
  const listening = (server = createServer(answer));
  await new Promise((resolve) => listening.listen(0, '127.0.0.1', () => resolve(null)));
  const address = listening.address();
  const port = typeof address === 'object' ? address?.port : null;
  const url = new URL(`http://127.0.0.1:${port}/services/S3CRET?key=S3CRET`);
  return (poster = openPoster({ url, allowPrivateNetwork: true, concurrency: 2, timeoutMs: 2_000, ...options }));
}

const message = { headers: { 'content-type': 'application/json', 'x-mine': 'a' }, body: Buffer.from('{"é":1}') };

async function refusalOf(post: Promise<unknown>): Promise<RegistryError> {
  const reason: unknown = await post.catch((error: unknown) => error);
  if (reason instanceof RegistryError) return reason;
  throw new Error('it was not refused', { cause: reason });
}

describe('a message', () => {
  it('arrives with its headers and its very bytes, and its answer comes back', async () => {
    const seen: { request: IncomingMessage; body: string }[] = [];
    const to = await toReceiver((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        seen.push({ request, body: Buffer.concat(chunks).toString() });
        response.writeHead(202).end('fine');
      });
    });
    expect(await to.post(message)).toEqual({ status: 202, retryAfterMs: null });
    expect(seen).toHaveLength(1);
    expect(seen[0]?.body).toBe('{"é":1}');
    expect(seen[0]?.request.url).toBe('/services/S3CRET?key=S3CRET');
    expect(seen[0]?.request.headers).toMatchObject({ 'x-mine': 'a', 'content-length': '8' });
    expect(seen[0]?.request.headers['user-agent']).toMatch(/^strata\//);
  });

  it('is not sent on to where a redirect points', async () => {
    const paths: (string | undefined)[] = [];
    const to = await toReceiver((request, response) => {
      paths.push(request.url);
      response.writeHead(307, { location: '/elsewhere' }).end();
    });
    expect((await to.post(message)).status).toBe(307);
    expect(paths).toHaveLength(1);
  });

  it.each([
    ['7', 7_000],
    ['9999999', 24 * 60 * 60_000],
    ['Sat, 21 Nov 2026 09:01:00 GMT', 60_000],
    ['soon', null],
  ])('learns from Retry-After: %s how long to wait', async (text, expected) => {
    const now = (): number => Date.parse('2026-11-21T09:00:00Z');
    const to = await toReceiver((_, response) => void response.writeHead(429, { 'retry-after': text }).end(), { now });
    expect(await to.post(message)).toEqual({ status: 429, retryAfterMs: expected });
  });

  it('takes an answer without end for an answer, and reads no more of it than its ceiling', async () => {
    let isLetGo: () => void = () => undefined;
    const letGo = new Promise<void>((resolve) => (isLetGo = resolve));
    const to = await toReceiver((_, response) => {
      response.writeHead(200);
      const more = (): boolean => response.write(Buffer.alloc(8_192));
      response.on('drain', more);
      response.on('close', isLetGo);
      more();
      more();
      more();
    });
    expect((await to.post(message)).status).toBe(200);
    await letGo;
  });

  it('has been taken when the status says so, however long the rest of the answer takes', async () => {
    const to = await toReceiver((_, response) => void response.writeHead(200).write('and'), { timeoutMs: 200 });
    expect((await to.post(message)).status).toBe(200);
  });

  it('is given up when no answer comes in time, without a word of its address', async () => {
    const to = await toReceiver(() => undefined, { timeoutMs: 100 });
    const refusal = await refusalOf(to.post(message));
    expect(refusal.code).toBe('unavailable');
    expect(refusal.message).not.toContain('S3CRET');
  });

  it('is refused by a port where nobody listens, without a word of its address', async () => {
    const url = new URL('http://127.0.0.1:1/services/S3CRET');
    poster = openPoster({ url, allowPrivateNetwork: true, concurrency: 1, timeoutMs: 2_000 });
    const refusal = await refusalOf(poster.post(message));
    expect(refusal.code).toBe('unavailable');
    expect(refusal.message).not.toContain('S3CRET');
  });
});

describe('a private address', () => {
  const answering =
    (address: string): LookupFunction =>
    (_, options, callback) =>
      options.all === true ? callback(null, [{ address, family: 4 }]) : callback(null, address, 4);

  it.each(['127.0.0.1', '10.1.2.3', '169.254.169.254'])('gets nothing without leave: %s', async (address) => {
    let requests = 0;
    const to = await toReceiver((_, response) => void ((requests += 1), response.end()), {
      allowPrivateNetwork: false,
    });
    expect((await refusalOf(to.post(message))).code).toBe('forbidden-address');
    const named = openPoster({
      ...{ url: new URL('http://hooks.example/S3CRET'), allowPrivateNetwork: false, concurrency: 1, timeoutMs: 2_000 },
      lookup: answering(address),
    });
    const refusal = await refusalOf(named.post(message));
    await named.close();
    expect(refusal.code).toBe('forbidden-address');
    expect(refusal.message).not.toContain('S3CRET');
    expect(requests).toBe(0);
  });
});
