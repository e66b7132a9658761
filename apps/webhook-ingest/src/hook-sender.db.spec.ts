import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { aDistributionEvent, anEnvelope } from '@strata/registry-events/testing';
import { UNASKED_BYTES } from './ceilings.js';
import { OTHER_SECRET, SECRET, startHook, type RunningHook } from './testing/start-hook.js';

let hook: RunningHook;
const sockets: Socket[] = [];
beforeAll(async () => void (hook = await startHook()));
afterAll(() => hook.end());
beforeEach(() => hook.forget());
afterEach(() => sockets.splice(0).forEach((socket) => socket.destroy()));

const good = Buffer.from(anEnvelope(aDistributionEvent()));

/** Speaks HTTP by hand, for what `fetch` would not send. */
async function dial(): Promise<Socket & { heard: string }> {
  const socket = Object.assign(connect(Number(new URL(hook.url).port), '127.0.0.1'), { heard: '' });
  sockets.push(socket);
  socket.on('data', (data) => (socket.heard += data.toString()));
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  return socket;
}

const head = (headers: readonly string[], path = '/hooks/local') =>
  [`POST ${path} HTTP/1.1`, 'Host: hook', ...headers, '', ''].join('\r\n');
const authorization = `Authorization: Bearer ${SECRET}`;
/** Ended by either side, with an error or without. */
const closeOf = (socket: Socket) => new Promise((resolve) => socket.once('close', resolve));
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe('a sender without a secret', () => {
  it.each([
    ['no header', null],
    ['an empty one', ''],
    ['a wrong secret', 'Bearer wrong'],
    ['one character', 'B'],
    ['10 kB', `Bearer ${'x'.repeat(10_000)}`],
    ['the beginning of the secret', `Bearer ${SECRET.slice(0, -1)}`],
    ['the secret under another scheme', `Basic ${SECRET}`],
    ['the secret twice', `Bearer ${SECRET}, Bearer ${SECRET}`],
  ])('gets 401 with %s, and nothing is written', async (_title, value) => {
    const response = await fetch(`${hook.url}/hooks/local`, {
      method: 'POST',
      body: good,
      headers: value === null ? {} : { authorization: value },
    });
    expect([response.status, response.headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
    expect(await hook.rows('id')).toEqual([]);
  });

  it.each([
    ['an unknown source', '/hooks/nobody'],
    ['a source named like a member of objects', '/hooks/constructor'],
    ['the path of another source behind a slash', '/hooks/local/other'],
    ['no source', '/hooks/'],
    ['the root', '/'],
  ])('gets 404 for %s, even with a secret', async (_title, path) => {
    const headers = { authorization: `Bearer ${SECRET}` };
    const response = await fetch(`${hook.url}${path}`, { method: 'POST', body: good, headers });
    expect(response.status).toBe(404);
    expect(await hook.rows('id')).toEqual([]);
  });

  it('is answered before its body arrives, and keeps the connection when the body is short', async () => {
    const socket = await dial();
    socket.write(head([`Content-Length: ${good.length}`]));
    while (!socket.heard.includes(' 401 ')) await pause(5);
    socket.write(good);
    socket.write(head([authorization, `Content-Length: ${good.length}`]));
    socket.write(good);
    while (!socket.heard.includes(' 202 ')) await pause(5);
    expect(await hook.rows('id')).toHaveLength(1);
  });

  it.each([
    ['announced', ['Content-Length: 1000000000']],
    ['in chunks', ['Transfer-Encoding: chunked']],
  ])('cannot make us read an endless body (%s)', async (_title, headers) => {
    const socket = await dial();
    socket.write(head(headers));
    const chunk = Buffer.concat([Buffer.from('10000\r\n'), Buffer.alloc(0x10000, 0x20), Buffer.from('\r\n')]);
    const closed = closeOf(socket);
    let taken = 0;
    const pump = setInterval(() => {
      while (!socket.destroyed && socket.writableLength === 0) {
        socket.write(chunk);
        taken = socket.bytesWritten - socket.writableLength;
      }
    }, 1);
    await closed;
    clearInterval(pump);
    expect(socket.heard).toContain('401');
    expect(taken).toBeLessThan(UNASKED_BYTES + 16 * 1024 * 1024); // what the buffers of two kernels hold, not more
  });
});

describe('a sender with a secret', () => {
  it.each([SECRET, `${SECRET}-next`])('may use any of the active ones: %s', async (secret) => {
    expect((await hook.post(good, { authorization: `bearer ${secret}` })).status).toBe(202);
  });

  it('is cut off after 10 s when its body never ends, and nothing is acknowledged', async () => {
    const socket = await dial();
    const before = performance.now();
    socket.write(head([authorization, 'Transfer-Encoding: chunked']));
    const drip = setInterval(() => socket.write('1\r\n{\r\n'), 500);
    await closeOf(socket);
    clearInterval(drip);
    expect(performance.now() - before).toBeLessThan(12_000);
    expect(performance.now() - before).toBeGreaterThan(9_000);
    expect(socket.heard).not.toContain(' 202 ');
    expect(await hook.rows('id')).toEqual([]);
  }, 20_000);

  it('gets 202 although it sends far more than is kept', async () => {
    const socket = await dial();
    const sizeBytes = 40 * 1024 * 1024;
    socket.write(head([authorization, `Content-Length: ${sizeBytes}`]));
    for (let sent = 0; sent < sizeBytes; sent += 1024 * 1024) {
      if (!socket.write(Buffer.alloc(1024 * 1024, ' '))) await once(socket, 'drain');
    }
    while (!socket.heard.includes('\r\n\r\n')) await pause(10);
    expect(socket.heard).toContain(' 202 ');
    expect(await hook.rows('reason')).toEqual([{ reason: 'TOO_LARGE' }]);
  });

  it('loses nothing when it hangs up in the middle: nothing was acknowledged, nothing is kept', async () => {
    const socket = await dial();
    socket.write(head([authorization, 'Content-Length: 1000']));
    socket.write('{"events":');
    await pause(50);
    socket.destroy();
    expect((await hook.post(good)).status).toBe(202);
    expect(await hook.rows('state')).toEqual([{ state: 'new' }]);
  });

  it('writes for the source that its path names', async () => {
    const headers = { authorization: `Bearer ${OTHER_SECRET}` };
    await fetch(`${hook.url}/hooks/other`, { method: 'POST', body: good, headers });
    expect((await hook.post(good, headers)).status).toBe(401); // a secret of one source opens no other
    const found = await hook.database.catalog.pool.query<{ name: string }>(
      'SELECT source.name FROM inbox JOIN source ON source.id = source_id',
    );
    expect(found.rows).toEqual([{ name: 'other' }]);
  });
});
