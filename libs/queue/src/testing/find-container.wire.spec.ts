import { readFile } from 'node:fs/promises';
import { createServer as createHttpServer } from 'node:http';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { findContainer } from './find-container.js';

const images = new Set(['here:1']);

/** Docker's Engine API as far as it is asked: `here` is there, `to-pull` can be had, and no other image can. */
const engine = createHttpServer((request, response) => {
  const { pathname, searchParams } = new URL(request.url ?? '', 'http://engine');
  const answer = (status: number, body: unknown) => response.writeHead(status).end(JSON.stringify(body));
  const [, image] = /\/images\/(.+)\/json$/.exec(pathname) ?? [];
  if (image !== undefined) return images.has(image) ? answer(200, {}) : answer(404, { message: 'No such image' });
  if (!pathname.endsWith('/images/create')) return answer(200, pathname.endsWith('/containers/json') ? [] : {});
  if (searchParams.get('fromImage') !== 'to-pull') return answer(200, { error: 'no route to host' });
  images.add('to-pull:1');
  return answer(200, { status: 'Downloaded' });
});
const silent = createServer((socket) => void socket.on('error', () => undefined).resume());
const at = (server: Server) => `tcp://127.0.0.1:${(server.address() as AddressInfo).port}`; // it listens

beforeAll(async () => {
  for (const server of [engine, silent]) await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  Object.assign(process.env, { DOCKER_HOST: at(engine), TESTCONTAINERS_RYUK_DISABLED: 'true' });
});
afterAll(async () => {
  for (const server of [engine, silent]) await new Promise((done) => server.close(done));
});

describe('a container for a test', () => {
  const found = async (image: string, env: Readonly<Record<string, string>> = {}) =>
    (await findContainer(image, { DOCKER_HOST: at(engine), ...env })) !== null;

  it.each([
    ['is there when the engine has its image', 'here:1', true],
    ['is there when the engine can pull its image', 'to-pull:1', true],
    ['is not there when the engine cannot pull its image', 'not-here:1', false],
  ])('%s', async (_, image, expected) => {
    expect(await found(image)).toBe(expected);
    if (expected) expect(await found(image, { STRATA_TEST_CONTAINERS: 'on' })).toBe(true);
    else await expect(found(image, { STRATA_TEST_CONTAINERS: 'on' })).rejects.toThrow(image);
  });

  it.each([
    ['no engine listens', () => 'tcp://127.0.0.1:1'],
    ['its socket is not there', () => 'unix:///nowhere/docker.sock'],
    ['the engine accepts connections and says nothing', () => at(silent)],
    ['its address cannot be read', () => 'nonsense'],
  ])('is not there within two seconds when %s', async (_, host) => {
    const start = performance.now();
    expect(await found('here:1', { DOCKER_HOST: host() })).toBe(false);
    expect(performance.now() - start).toBeLessThan(2_000);
    await expect(found('here:1', { DOCKER_HOST: host(), STRATA_TEST_CONTAINERS: 'on' })).rejects.toThrow('here:1');
  });

  it('can be switched off, and by no misspelt word', async () => {
    expect(await found('here:1', { STRATA_TEST_CONTAINERS: 'off' })).toBe(false);
    await expect(found('here:1', { STRATA_TEST_CONTAINERS: 'no' })).rejects.toThrow('"on" or "off"');
  });
});

it('is looked for in the same way by @strata/catalog', async () => {
  const textOf = async (lib: string) =>
    readFile(new URL(`../../../${lib}/src/testing/find-container.ts`, import.meta.url), 'utf8');
  expect(await textOf('catalog')).toBe(await textOf('queue'));
});
