import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  disableWebhook,
  findDueDeliveries,
  findWebhooks,
  holdWebhook,
  noteAttempt,
  queueDeliveries,
  recordWebhooks,
} from '@strata/catalog';
import { freshDatabase, type FreshDatabase } from '@strata/catalog/testing';
import { runCommandLine } from './run-command-line.js';
import { recordedTools } from './testing/recorded-tools.js';

const HOLDER = '6f2d0b5e-9f1c-4a55-8c1b-1f1e3a0c9d10';
const at = new Date('2026-08-20T10:15:31Z');

let database: FreshDatabase;
let id: number;
beforeAll(async () => {
  database = await freshDatabase();
});
afterAll(() => database.drop());
beforeEach(async () => {
  const { pool } = database.catalog;
  await pool.query('TRUNCATE delivery, webhook');
  const configured = { name: 'ops', target: 'https://ops.example', addressHash: Buffer.from('a') };
  id = (await recordWebhooks(database.catalog, [configured], at)).get('ops') ?? -1;
  await queue('tag.moved', 'tag.deleted');
  const [first] = await findDueDeliveries(pool, id, { now: at, limit: 1 });
  if (first === undefined) throw new Error('nothing is due');
  await noteAttempt(pool, first, { at, status: 400, error: 'answered 400', nextAt: null });
});

async function queue(...types: readonly string[]): Promise<void> {
  const { pool } = database.catalog;
  const held = await holdWebhook(pool, { id, holder: HOLDER, leaseMs: 60_000 });
  if (held === null) throw new Error('somebody else holds it');
  const messages = types.map((type) => ({ type, changes: 1, reference: 'r/a:1', body: Buffer.from('{}') }));
  await queueDeliveries(pool, held, { to: held.position, messages, now: at });
}

async function run(...args: readonly string[]) {
  const { tools, out, err } = recordedTools({ DATABASE_URL: database.url });
  const status = await runCommandLine(['webhook', ...args], tools);
  return { status, out: out(), err: err() };
}

describe('strata webhook', () => {
  it('lists who is told, and how they are doing', async () => {
    await disableWebhook(database.catalog.pool, id, 'gone');
    const { out } = await run('list');
    expect(out).toMatch(/^NAME +TARGET +STATE +WAITING +FAILING +GIVEN UP +UNREAD SINCE +LAST DELIVERY\n/);
    expect(out).toMatch(/ops +https:\/\/ops.example +disabled \(gone\) +1 +0 +1 +never\n$/);
  });

  it('shows the log, the newest first', async () => {
    const { out } = await run('deliveries', 'ops');
    expect(out.split('\n').map((line) => /tag\.\w+/.exec(line)?.[0])).toEqual([
      undefined,
      'tag.deleted',
      'tag.moved',
      undefined,
    ]);
    expect((await run('deliveries', '--state', 'failed')).out).toContain('answered 400');
    expect((await run('deliveries', 'ops', '--limit', '1')).out).toContain('Only the newest 1');
    expect((await run('deliveries', 'other')).out).toBe('No messages.\n');
    expect((await run('deliveries', '--since', '2026-08-21T00:00:00Z')).out).toBe('No messages.\n');
  });

  it('sends again what failed', async () => {
    expect((await run('replay', '--webhook', 'ops')).out).toBe('1 message is sent again.\n');
    expect(await findWebhooks(database.catalog.pool)).toMatchObject([{ waiting: 2, failed: 0 }]);
    expect((await run('replay', '--id', '4711')).out).toBe('0 messages are sent again.\n');
  });

  it('waits for a test until it has arrived', async () => {
    const running = run('test', 'ops');
    const { pool } = database.catalog;
    while ((await pool.query('SELECT FROM webhook WHERE test_asked_at IS NOT NULL')).rowCount === 0) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    await queue('webhook.test');
    const due = await findDueDeliveries(pool, id, { now: at, limit: 9 });
    const last = due.at(-1);
    if (last === undefined) throw new Error('nothing is due');
    await noteAttempt(pool, last, { at, status: 204, error: null, nextAt: null });
    expect(await running).toMatchObject({ status: 0, out: 'It has arrived: 204.\n' });
  });

  it('tells a webhook again that was disabled', async () => {
    await disableWebhook(database.catalog.pool, id, 'gone');
    expect((await run('enable', 'ops')).status).toBe(0);
    expect(await findWebhooks(database.catalog.pool)).toMatchObject([{ state: 'active', stateReason: null }]);
    await expect(run('enable', 'nobody')).rejects.toThrow('no worker has been started with a webhook "nobody"');
    await expect(run('test', 'nobody')).rejects.toThrow('no worker has been started with a webhook "nobody"');
  });

  it.each([
    [],
    ['send'],
    ['list', 'a', 'b'],
    ['replay'],
    ['replay', 'ops'],
    ['test'],
    ['deliveries', '--state', 'new'],
    ['deliveries', '--since', 'now'],
    ['deliveries', '--limit', '0'],
    ['replay', '--id', 'x'],
  ])('does not guess what is meant: %j', async (...args) => {
    expect((await run(...args)).status).toBe(2);
  });
});
