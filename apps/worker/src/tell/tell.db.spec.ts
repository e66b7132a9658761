import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { findDeliveries, findWebhooks, replayDeliveries, requestTest } from '@strata/catalog';
import { Webhook } from 'standardwebhooks';
import { BOTH, IMAGES, startTellScene, type TellScene } from './testing/start-tell-scene.js';
import { payloadOf, tagsOf, type Payload } from './testing/payload-of.js';
import type { Arrived } from './testing/start-receiver.js';
import { until } from './testing/until.js';

const SECOND_MS = 1_000;

let scene: TellScene;
beforeAll(async () => {
  scene = await startTellScene();
});
afterEach(() => scene.forget());
afterAll(() => scene.end());

/** What a message says, which the library of the standard has verified. */
function read({ text, headers }: Arrived): Payload {
  const asText = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
  new Webhook(scene.secret).verify(text, asText);
  return payloadOf(text);
}

describe('a webhook for programs', () => {
  it('is told of each change once, in order, signed, with who did it', async () => {
    const receiver = await scene.receiver();
    const step = await scene.process(scene.webhook(receiver, { headers: { authorization: 'Bearer mine' } }));
    await scene.tag(['1'], BOTH, 'ci');
    await scene.tag(['1'], IMAGES.amd64, 'joe');
    await scene.tag(['1'], null);
    await step();
    await step();
    const told = receiver.arrived.map(read);
    expect(told.map(({ type, data }) => [type, data.actor])).toEqual([
      ['tag.created', 'ci'],
      ['tag.moved', 'joe'],
      ['platform.lost', 'joe'],
      ['tag.deleted', null],
    ]);
    expect(receiver.arrived[0]?.headers).toMatchObject({
      'content-type': 'application/json',
      authorization: 'Bearer mine',
    });
    expect(told[1]?.data.position).toBe(told[2]?.data.position);
    expect(new Set(receiver.arrived.map(({ id }) => id)).size).toBe(4);
    expect(await findWebhooks(scene.catalog.pool)).toMatchObject([{ waiting: 0, failed: 0, unreadSince: null }]);
  });

  it('hears of the kinds and tags that it asked for, and of nothing that was before it', async () => {
    const receiver = await scene.receiver();
    await scene.tag(['a', 'b'], BOTH);
    const settings = { kinds: ['platform_lost'], where: { name: { eq: 'a' } } } as const;
    const step = await scene.process(scene.webhook(receiver, settings));
    await scene.tag(['a', 'b'], IMAGES.amd64);
    await step();
    await step();
    expect(receiver.arrived.map(read)).toMatchObject([
      { type: 'platform.lost', data: { reference: 'one.example/team/app:a' } },
    ]);
  });

  it('gets the changes of one tag one after the other, those of others beside them', async () => {
    const receiver = await scene.receiver();
    const underWay = new Set<string>();
    const overlaps: string[] = [];
    receiver.answer((_, response) => {
      const tag = tagsOf(receiver).at(-1) ?? '';
      if (underWay.has(tag)) overlaps.push(tag);
      underWay.add(tag);
      setTimeout(() => {
        underWay.delete(tag);
        response.writeHead(204).end();
      }, 20);
    });
    const step = await scene.process(scene.webhook(receiver));
    const others = ['b', 'c', 'd', 'e', 'f'];
    await scene.tag(['a', ...others], BOTH);
    for (let move = 0; move < 4; move += 1) await scene.tag(['a'], move % 2 === 0 ? IMAGES.amd64 : BOTH);
    await step();
    const moves = receiver.arrived.map(read).filter(({ data }) => data.reference?.endsWith(':a'));
    expect(moves.map(({ type }) => type)).toEqual([
      'tag.created',
      ...['tag.moved', 'platform.lost', 'tag.moved', 'platform.gained'],
      ...['tag.moved', 'platform.lost', 'tag.moved', 'platform.gained'],
    ]);
    expect(overlaps).toEqual([]);
    expect(receiver.mostAtOnce()).toBeGreaterThan(1);
    expect(receiver.mostAtOnce()).toBeLessThanOrEqual(4);
  });

  it('is sent a burst of more than one batch whole', async () => {
    const receiver = await scene.receiver();
    const step = await scene.process(scene.webhook(receiver, { rate: { requestsPerSecond: null, concurrency: 32 } }));
    const names = Array.from({ length: 600 }, (_, n) => `t${String(n).padStart(3, '0')}`);
    await scene.tag(names, IMAGES.amd64);
    while (receiver.arrived.length < names.length) await step();
    expect([...tagsOf(receiver)].sort()).toEqual(names);
    expect(await scene.rows(`SELECT FROM delivery WHERE state = 'delivered'`)).toHaveLength(names.length);
  });
});

describe('processes', () => {
  it('that tell the same webhook tell it once together', async () => {
    const receiver = await scene.receiver();
    const webhook = scene.webhook(receiver);
    await scene.teller(webhook);
    await scene.teller(webhook);
    const names = Array.from({ length: 40 }, (_, n) => `t${n}`);
    for (const name of names) await scene.tag([name], BOTH);
    await until('all have arrived', async () => {
      const rows = await scene.rows(`SELECT FROM delivery WHERE state = 'delivered'`);
      return rows.length === names.length;
    });
    expect(new Set(receiver.arrived.map(({ id }) => id)).size).toBe(receiver.arrived.length);
    expect([...tagsOf(receiver)].sort()).toEqual([...names].sort());
  });

  it('that end between sending and noting leave the message to another, which sends it under the same id', async () => {
    const receiver = await scene.receiver();
    const webhook = scene.webhook(receiver);
    const first = await scene.process(webhook);
    const second = await scene.process(webhook);
    await scene.tag(['1'], BOTH);
    // The database takes the note of the first attempt for nothing, as if the process had been killed before it.
    await scene.catalog.pool.query(
      `CREATE FUNCTION forget_note() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'`,
    );
    await scene.catalog.pool.query(
      'CREATE TRIGGER forget_note BEFORE UPDATE ON delivery FOR EACH ROW EXECUTE FUNCTION forget_note()',
    );
    await first();
    await scene.catalog.pool.query('DROP TRIGGER forget_note ON delivery; DROP FUNCTION forget_note');
    await second();
    expect(receiver.arrived).toHaveLength(1);
    await scene.catalog.pool.query('UPDATE webhook SET held_until = now()'); // as it is when the time of the first is over
    await second();
    expect(receiver.arrived).toHaveLength(2);
    expect(receiver.arrived[1]).toMatchObject({ id: receiver.arrived[0]?.id, text: receiver.arrived[0]?.text });
    await second();
    expect(receiver.arrived).toHaveLength(2);
  });
});

describe('a webhook for people', () => {
  it('sums up what happens within three seconds, and while the chat does not answer', async () => {
    const receiver = await scene.receiver();
    const settings = { format: 'slack', secrets: [], rate: { requestsPerSecond: null, concurrency: 1 } } as const;
    const step = await scene.process(scene.webhook(receiver, settings));
    await scene.tag(['a'], BOTH);
    await step();
    expect(receiver.arrived).toEqual([]);
    await scene.tag(
      Array.from({ length: 499 }, (_, n) => `t${n}`),
      BOTH,
    );
    scene.advance(3 * SECOND_MS);
    receiver.answer((_, response) => void response.writeHead(500).end());
    await step();
    expect(receiver.arrived).toHaveLength(1);
    expect(receiver.arrived[0]?.text).toContain('500 changes in the catalog');
    expect(receiver.arrived[0]?.headers).not.toHaveProperty('webhook-signature');
    await scene.tag(['b'], BOTH);
    await scene.tag(['b'], IMAGES.amd64);
    await step();
    scene.advance(3 * SECOND_MS);
    await step();
    expect(await findWebhooks(scene.catalog.pool)).toMatchObject([{ waiting: 1 }]);
    receiver.answer((_, response) => void response.writeHead(200).end('ok'));
    scene.advance(3 * SECOND_MS);
    await step();
    await step();
    scene.advance(3 * SECOND_MS);
    await step();
    expect(receiver.arrived).toHaveLength(3);
    expect(receiver.arrived[1]).toMatchObject({ id: receiver.arrived[0]?.id, text: receiver.arrived[0]?.text });
    expect(receiver.arrived[2]?.text).toContain('3 changes in the catalog');
  });
});

describe('an operator', () => {
  it('has a test sent through the worker, and messages sent again as they were', async () => {
    const receiver = await scene.receiver();
    const step = await scene.process(scene.webhook(receiver));
    expect(await requestTest(scene.catalog.pool, 'ops', new Date())).toBe(true);
    await step();
    await step();
    expect(receiver.arrived.map(({ text }) => payloadOf(text).type)).toEqual(['webhook.test']);
    const { messageId } = (await findDeliveries(scene.catalog.pool, {}, 1))[0] ?? {};
    expect(receiver.arrived[0]?.id).toBe(`msg_${messageId?.replaceAll('-', '')}`);
    expect(await replayDeliveries(scene.catalog.pool, { webhook: 'ops' }, new Date())).toBe(1);
    await step();
    expect(receiver.arrived[1]).toMatchObject({ id: receiver.arrived[0]?.id, text: receiver.arrived[0]?.text });
  });

  it('whose webhook has lost changes reads so in its next message', async () => {
    const receiver = await scene.receiver();
    const step = await scene.process(scene.webhook(receiver));
    await scene.catalog.pool.query(`UPDATE webhook SET lost_since = '2026-11-01T00:00:00Z'`);
    await step();
    await step();
    expect(receiver.arrived.map(read)).toMatchObject([
      { type: 'changes.lost', data: { since: '2026-11-01T00:00:00.000Z' } },
    ]);
  });
});
