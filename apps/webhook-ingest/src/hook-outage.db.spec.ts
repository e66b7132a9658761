import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { aDistributionEvent, anEnvelope } from '@strata/registry-events/testing';
import { startHook, type RunningHook } from './testing/start-hook.js';
import { startProxy, type Proxy } from './testing/start-proxy.js';

let hook: RunningHook;
let proxy: Proxy;
let ids = 0;

beforeAll(async () => {
  const server = new URL(process.env['STRATA_TEST_SERVER_URL'] ?? '');
  proxy = await startProxy({ host: server.hostname, port: Number(server.port) });
  hook = await startHook({
    databaseUrl(text) {
      const url = new URL(text);
      url.host = `127.0.0.1:${proxy.port}`;
      return url.href;
    },
  });
});
afterAll(async () => {
  proxy.mode = 'forward';
  await hook.end();
  await proxy.stop();
});
beforeEach(() => hook.forget());

const post = () => hook.post(Buffer.from(anEnvelope(aDistributionEvent({ id: `e${(ids += 1)}` }))));

async function answer(): Promise<{ readonly status: number; readonly retryAfter: string | null; readonly ms: number }> {
  const before = performance.now();
  const response = await post();
  const retryAfter = response.headers.get('retry-after');
  return { status: response.status, retryAfter, ms: performance.now() - before };
}

const sql = (text: string) => hook.database.catalog.pool.query(text);
const databaseName = () => new URL(hook.database.url).pathname.slice(1);

describe('while the database cannot take events, the hook answers 503 within 5 s and acknowledges nothing:', () => {
  const outages: readonly (readonly [string, () => unknown, () => unknown])[] = [
    ['connections are refused', () => (proxy.mode = 'refuse'), () => undefined],
    ['connections break', () => proxy.cut(), () => undefined],
    ['nothing is answered', () => (proxy.mode = 'silent'), () => undefined],
    [
      'it is read-only',
      () => sql(`ALTER DATABASE ${databaseName()} SET default_transaction_read_only = on`),
      () => sql(`ALTER DATABASE ${databaseName()} RESET default_transaction_read_only`),
    ],
    [
      'the table is gone',
      () => sql('ALTER TABLE inbox RENAME TO outbox'),
      () => sql('ALTER TABLE outbox RENAME TO inbox'),
    ],
  ];

  it.each(outages)(
    '%s',
    async (title, begin, end) => {
      expect((await answer()).status).toBe(202); // connections exist
      await begin();
      if (proxy.mode !== 'silent') proxy.cut();
      const answers = await Promise.all([answer(), answer(), answer()]);
      if (title !== 'connections break') {
        for (const { status, retryAfter, ms } of answers) {
          expect({ status, retryAfter }).toEqual({ status: 503, retryAfter: '2' });
          expect(ms).toBeLessThan(5_000);
        }
      }
      proxy.mode = 'forward';
      await end();
      proxy.cut();
      const back = performance.now();
      while ((await answer()).status !== 202) expect(performance.now() - back).toBeLessThan(5_000);
      const acknowledged = answers.filter(({ status }) => status === 202).length + 2;
      expect((await hook.rows('id')).length).toBeGreaterThanOrEqual(acknowledged);
    },
    30_000,
  );

  it('and marks the source when the database is back, so that a crawl finds what was never sent again', async () => {
    proxy.mode = 'refuse';
    proxy.cut();
    expect((await answer()).status).toBe(503);
    proxy.mode = 'forward';
    const marked = async () =>
      (await sql(`SELECT FROM source WHERE name = 'local' AND dirty_since IS NOT NULL`)).rowCount;
    for (let left = 100; left > 0 && (await marked()) === 0; left -= 1)
      await new Promise((wake) => setTimeout(wake, 100));
    expect(await marked()).toBe(1);
  }, 30_000);

  it('a hung statement is given up, and its connection is not used again', async () => {
    await post();
    const blocker = await hook.database.catalog.pool.connect();
    await blocker.query('BEGIN');
    await blocker.query('LOCK TABLE inbox IN ACCESS EXCLUSIVE MODE');
    const { status, ms } = await answer();
    expect({ status, inTime: ms < 5_000 }).toEqual({ status: 503, inTime: true });
    await blocker.query('ROLLBACK');
    blocker.release();
    expect((await answer()).status).toBe(202);
  }, 30_000);

  it('says on /readyz what is in the way', async () => {
    proxy.mode = 'refuse';
    proxy.cut();
    const response = await fetch(`${hook.url}/readyz`);
    expect(response.status).toBe(503);
    proxy.mode = 'forward';
    expect((await fetch(`${hook.url}/readyz`)).status).toBe(200);
  });
});
