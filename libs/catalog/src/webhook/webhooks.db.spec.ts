import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { findChangeHorizon } from '../change/find-changes.js';
import { forgetChanges } from '../change/forget-changes.js';
import { freshDatabase, type FreshDatabase } from '../testing/fresh-database.js';
import { waitForChanges } from '../testing/wait-for-changes.js';
import { enableWebhook, requestTest } from './ask-webhook.js';
import { findDeliveries } from './find-deliveries.js';
import { findDueDeliveries } from './find-due-deliveries.js';
import { findWebhooks } from './find-webhooks.js';
import { holdWebhook, releaseWebhook, type HeldWebhook } from './hold-webhook.js';
import { disableWebhook, noteAttempt, noteHealth } from './note-attempt.js';
import { expireDeliveries, pruneDeliveries } from './prune-deliveries.js';
import { queueDeliveries } from './queue-deliveries.js';
import { recordWebhooks } from './record-webhooks.js';
import { replayDeliveries } from './replay-deliveries.js';

const at = (minute: number): Date => new Date(Date.UTC(2026, 7, 1, 0, minute));
const chat = { name: 'chat', target: 'https://chat.example', addressHash: Buffer.from('one') };
const holder = randomUUID();

let db: FreshDatabase;
beforeAll(async () => {
  db = await freshDatabase();
});
afterAll(() => db.drop());
beforeEach(() => db.catalog.pool.query('TRUNCATE change, delivery, webhook'));

const message = (reference: string | null) => ({
  type: 'tag.moved',
  changes: 1,
  reference,
  body: Buffer.from(`of ${reference}`),
});
const hold = (id: number, by = holder, leaseMs = 60_000) => holdWebhook(db.catalog.pool, { id, holder: by, leaseMs });

async function record(...webhooks: (typeof chat)[]): Promise<number> {
  const ids = await recordWebhooks(db.catalog, webhooks, at(0));
  return ids.get('chat') ?? -1;
}

async function held(id: number): Promise<HeldWebhook> {
  const webhook = await hold(id);
  if (webhook === null) throw new Error('it is held by somebody else');
  return webhook;
}

/** A row of the feed, of a transaction of its own; returns where it stands. */
async function change(minute: number): Promise<string> {
  const { rows } = await db.catalog.pool.query<{ position: string }>(
    `INSERT INTO change (xid, kind, at) VALUES (pg_current_xact_id()::text::bigint, 'tag_moved', $1) RETURNING xid || ':' || id AS position`,
    [at(minute)],
  );
  await waitForChanges(db.catalog.pool);
  return rows[0]?.position ?? '';
}

const queue = async (from: HeldWebhook, to: string, ...references: (string | null)[]) =>
  queueDeliveries(db.catalog.pool, from, { to, messages: references.map(message), now: at(1) });
const due = (id: number, minute: number) => findDueDeliveries(db.catalog.pool, id, { now: at(minute), limit: 10 });

describe('a webhook', () => {
  it('that is new begins behind the last change, and keeps its place when it is recorded again', async () => {
    const before = await change(1);
    const id = await record(chat);
    expect((await held(id)).position).toBe(before);
    await change(2);
    expect(await record(chat)).toBe(id);
    expect((await held(id)).position).toBe(before);
    expect(await findWebhooks(db.catalog.pool)).toMatchObject([{ name: 'chat', state: 'active', unreadSince: at(2) }]);
  });

  it('moves on together with its messages, and only from where they were read', async () => {
    const id = await record(chat);
    const from = await held(id);
    const to = await change(1);
    expect(await queue(from, to, 'a', 'b')).toBe(true);
    expect(await queue(from, to, 'c')).toBe(false);
    expect((await due(id, 1)).map(({ reference }) => reference)).toEqual(['a', 'b']);
    expect(await held(id)).toMatchObject({ position: to, waiting: 2 });
  });

  it('is sent to by one process at a time, by another once that one lets go or is silent for too long', async () => {
    const id = await record(chat);
    const other = randomUUID();
    expect(await hold(id)).not.toBeNull();
    expect(await hold(id, other)).toBeNull();
    expect(await hold(id)).not.toBeNull();
    await releaseWebhook(db.catalog.pool, id, other);
    expect(await hold(id, other)).toBeNull();
    await releaseWebhook(db.catalog.pool, id, holder);
    expect(await hold(id, other, 1)).not.toBeNull();
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(await hold(id)).not.toBeNull();
  });

  it('that is configured no longer fails what waits, and is new when it comes back', async () => {
    const id = await record(chat);
    await queue(await held(id), '0:0', 'a');
    await record();
    expect(await findWebhooks(db.catalog.pool)).toEqual([]);
    expect(await hold(id)).toBeNull();
    expect(await findDeliveries(db.catalog.pool, {}, 10)).toMatchObject([
      { state: 'failed', lastError: 'the webhook was removed' },
    ]);
    const position = await change(3);
    await record(chat);
    expect(await held(id)).toMatchObject({ position, waiting: 0 });
  });

  it('whose receiver is gone is told again at another address, or when somebody says so, from where it stood', async () => {
    const id = await record(chat);
    const { position } = await held(id);
    await disableWebhook(db.catalog.pool, id, 'gone');
    await change(1);
    await record(chat);
    expect(await held(id)).toMatchObject({ state: 'disabled', position });
    await record({ ...chat, addressHash: Buffer.from('two') });
    expect(await held(id)).toMatchObject({ state: 'active', position });
    await disableWebhook(db.catalog.pool, id, 'gone');
    expect(await enableWebhook(db.catalog.pool, 'chat')).toBe(true);
    expect(await held(id)).toMatchObject({ state: 'active', position });
    expect(await enableWebhook(db.catalog.pool, 'nobody')).toBe(false);
  });

  it('that has read further than the database has counted begins anew, and knows that it lost something', async () => {
    const id = await record(chat);
    await db.catalog.pool.query(`UPDATE webhook SET position_xid = 1000000000000`);
    await record(chat);
    const { position } = await findChangeHorizon(db.catalog.pool);
    expect(await held(id)).toMatchObject({ position, lostSince: at(0) });
  });

  it('knows how its receiver is doing, and when a message last arrived', async () => {
    const id = await record(chat);
    await noteHealth(db.catalog.pool, id, { troubles: 0, pausedUntil: null, deliveredAt: at(1) });
    await noteHealth(db.catalog.pool, id, { troubles: 4, pausedUntil: at(9), deliveredAt: null });
    expect(await held(id)).toMatchObject({ troubles: 4, pausedUntil: at(9) });
    expect(await findWebhooks(db.catalog.pool)).toMatchObject([{ pausedUntil: at(9), lastDeliveryAt: at(1) }]);
  });

  it('answers for a test once', async () => {
    const id = await record(chat);
    expect(await requestTest(db.catalog.pool, 'chat', at(1))).toBe(true);
    const asked = await held(id);
    expect(asked.testAskedAt).toEqual(at(1));
    await queue(asked, asked.position, null);
    expect((await held(id)).testAskedAt).toBeNull();
    expect(await requestTest(db.catalog.pool, 'nobody', at(1))).toBe(false);
  });
});

describe('a message', () => {
  it('is sent again when it is due, under the same id and with the same bytes, also as a replay', async () => {
    const id = await record(chat);
    await queue(await held(id), '0:0', 'a');
    const [first] = await due(id, 1);
    if (first === undefined) throw new Error('nothing is due');
    await noteAttempt(db.catalog.pool, first, { at: at(2), status: 500, error: 'no', nextAt: at(7) });
    expect(await due(id, 6)).toEqual([]);
    const [second] = await due(id, 7);
    expect(second).toEqual({ ...first, attempts: 1 });
    await noteAttempt(
      db.catalog.pool,
      { ...first, attempts: 1 },
      { at: at(7), status: 200, error: null, nextAt: null },
    );
    expect(await due(id, 9)).toEqual([]);
    expect(await findWebhooks(db.catalog.pool)).toMatchObject([{ waiting: 0 }]);
    expect(await replayDeliveries(db.catalog.pool, { webhook: 'chat', state: 'failed' }, at(8))).toBe(0);
    expect(await replayDeliveries(db.catalog.pool, { webhook: 'chat', state: 'delivered' }, at(8))).toBe(1);
    expect(await due(id, 9)).toEqual([{ ...first, attempts: 0, queuedAt: at(8) }]);
  });

  it('is not ended by a process that was overtaken', async () => {
    const id = await record(chat);
    await queue(await held(id), '0:0', 'a');
    const [first] = await due(id, 1);
    if (first === undefined) throw new Error('nothing is due');
    await noteAttempt(db.catalog.pool, first, { at: at(2), status: 200, error: null, nextAt: null });
    await noteAttempt(db.catalog.pool, first, { at: at(3), status: null, error: 'late', nextAt: null });
    expect(await findDeliveries(db.catalog.pool, {}, 10)).toMatchObject([{ state: 'delivered', lastError: null }]);
  });

  it('is forgotten when it is old, and given up when it waits for too long', async () => {
    const id = await record(chat);
    await queue(await held(id), '0:0', 'a');
    expect(await pruneDeliveries(db.catalog.pool, at(60))).toBe(0);
    expect(await expireDeliveries(db.catalog.pool, at(1), at(5))).toBe(0);
    expect(await expireDeliveries(db.catalog.pool, at(2), at(5))).toBe(1);
    expect(await findDeliveries(db.catalog.pool, { state: 'failed' }, 10)).toHaveLength(1);
    expect(await pruneDeliveries(db.catalog.pool, at(5))).toBe(0);
    expect(await pruneDeliveries(db.catalog.pool, at(6))).toBe(1);
  });
});

describe('changes that a webhook has not read', () => {
  it('are kept beyond those that everybody has read, and lost in the end, which the webhook then knows', async () => {
    const id = await record(chat);
    const read = await change(1);
    await queue(await held(id), read);
    await change(2);
    await change(3);
    const forget = (before: number, unreadBefore: number) =>
      forgetChanges(db.catalog.pool, { before: at(before), unreadBefore: at(unreadBefore) });
    expect(await forget(9, 0)).toBe(1);
    expect((await held(id)).lostSince).toBeNull();
    expect(await forget(9, 3)).toBe(1);
    expect((await held(id)).lostSince).toEqual(at(2));
    const lost = await held(id);
    await queue(lost, lost.position, null);
    expect((await held(id)).lostSince).toBeNull();
  });

  it('are not kept for one whose receiver is gone', async () => {
    const id = await record(chat);
    await disableWebhook(db.catalog.pool, id, 'gone');
    await change(2);
    await change(4); // the last one is never forgotten
    expect(await forgetChanges(db.catalog.pool, { before: at(3), unreadBefore: at(0) })).toBe(1);
    expect((await held(id)).lostSince).toEqual(at(2));
  });
});
