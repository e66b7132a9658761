import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { aDistributionEvent, anEnvelope } from '@strata/registry-events/testing';
import { CROWD_DELIVERIES, SOURCE_BURST_EVENTS } from './ceilings.js';
import { aSource, OTHER_SECRET, SECRET, startHook, type RunningHook } from './testing/start-hook.js';
import { startProxy, type Proxy } from './testing/start-proxy.js';

const PER_DELIVERY = 1_000;

let hook: RunningHook;
let proxy: Proxy;
beforeAll(async () => {
  const server = new URL(process.env['STRATA_TEST_SERVER_URL'] ?? '');
  proxy = await startProxy({ host: server.hostname, port: Number(server.port) });
  const greedy = aSource({ name: 'greedy', dialect: 'gitlab' }); // what is refused does not surely come again
  hook = await startHook({
    sources: [greedy],
    databaseUrl(text) {
      const url = new URL(text);
      url.host = `127.0.0.1:${proxy.port}`;
      return url.href;
    },
  });
});
afterAll(async () => {
  proxy.mode = 'forward';
  proxy.cut(); // what hangs after a failure would hang on
  await hook.end();
  await proxy.stop();
});

let ids = 0;
const envelope = (count: number): Buffer =>
  anEnvelope(...Array.from({ length: count }, () => aDistributionEvent({ id: `e${(ids += 1)}` })));
const post = (source: string, secret: string, body: Buffer) =>
  fetch(`${hook.url}/hooks/${source}`, { method: 'POST', body, headers: { authorization: `Bearer ${secret}` } });

it('refuses only who had its share, only in a crowd, and only who comes back for sure', async () => {
  const rounds = SOURCE_BURST_EVENTS / PER_DELIVERY + 1;
  for (let round = 0; round < rounds; round += 1) {
    for (const source of ['local', 'greedy']) {
      expect((await post(source, SECRET, envelope(PER_DELIVERY))).status).toBe(202);
    }
  }
  expect((await post('local', SECRET, envelope(1))).status).toBe(202); // nobody else is waiting

  proxy.mode = 'silent';
  const waiting = Array.from({ length: CROWD_DELIVERIES }, () => post('other', OTHER_SECRET, envelope(1)));
  const soon = new Promise((resolve) => setTimeout(resolve, 1_000));
  await soon; // they are all under way, and stay there for as long as a commit may take
  const refused = await post('local', SECRET, envelope(1));
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '2']);
  expect((await post('greedy', SECRET, envelope(1))).status).toBe(503); // it waits with the others for the database
  for (const answer of await Promise.all(waiting)) expect(answer.status).toBe(503);

  proxy.mode = 'forward';
  proxy.cut();
  let again = await post('local', SECRET, envelope(1));
  for (let tries = 0; again.status !== 202 && tries < 100; tries += 1) again = await post('local', SECRET, envelope(1));
  expect(again.status).toBe(202);
}, 30_000);
