import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { findDeliveries, findWebhooks } from '@strata/catalog';
import { tagsOf } from './testing/payload-of.js';
import { BOTH, startTellScene, type TellScene } from './testing/start-tell-scene.js';
import { until } from './testing/until.js';

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

let scene: TellScene;
beforeAll(async () => {
  scene = await startTellScene();
});
afterEach(() => scene.forget());
afterAll(() => scene.end());

describe('a receiver that', () => {
  it('fails gets the same bytes under the same id later, and what others send meanwhile', async () => {
    const receiver = await scene.receiver();
    const step = await scene.process(scene.webhook(receiver));
    receiver.answer((_, response) => void response.writeHead(500).end('S3CRET'));
    await scene.tag(['1'], BOTH);
    await step();
    await step();
    expect(receiver.arrived).toHaveLength(1);
    receiver.answer((_, response) => void response.writeHead(204).end());
    await scene.tag(['2'], BOTH);
    await step();
    expect(tagsOf(receiver)).toEqual(['1', '2']);
    scene.advance(6 * SECOND_MS);
    await step();
    expect(tagsOf(receiver)).toEqual(['1', '2', '1']);
    const [first, , second] = receiver.arrived;
    expect(second).toMatchObject({ id: first?.id, text: first?.text });
    expect(scene.outcomes).toEqual(['ops retried', 'ops delivered', 'ops delivered']);
    const [log] = await findDeliveries(scene.catalog.pool, { webhook: 'ops' }, 10).then((rows) => rows.slice(-1));
    expect(log).toMatchObject({ state: 'delivered', attempts: 2, lastStatus: 204, lastError: null });
  });

  it('never takes a message is left with it after ten attempts, and the log says why', async () => {
    const receiver = await scene.receiver();
    receiver.answer((_, response) => void response.writeHead(400).end());
    const step = await scene.process(scene.webhook(receiver));
    await scene.tag(['1'], BOTH);
    for (let attempt = 0; attempt < 12; attempt += 1) {
      await step();
      scene.advance(28 * HOUR_MS);
    }
    expect(receiver.arrived).toHaveLength(10);
    expect(new Set(receiver.arrived.map(({ id, text }) => id + text)).size).toBe(1);
    expect(await findDeliveries(scene.catalog.pool, {}, 10)).toMatchObject([
      { state: 'failed', attempts: 10, lastStatus: 400, lastError: 'answered 400' },
    ]);
    expect(scene.outcomes.at(-1)).toBe('ops given-up');
  });

  it('asks to be left alone is, for as long as it says', async () => {
    const receiver = await scene.receiver();
    receiver.answer((_, response) => void response.writeHead(429, { 'retry-after': '600' }).end());
    const step = await scene.process(scene.webhook(receiver, { rate: { requestsPerSecond: null, concurrency: 1 } }));
    await scene.tag(['1', '2', '3'], BOTH);
    await step();
    await step();
    expect(tagsOf(receiver)).toHaveLength(1);
    receiver.answer((_, response) => void response.writeHead(204).end());
    scene.advance(9 * MINUTE_MS);
    await step();
    expect(tagsOf(receiver)).toHaveLength(1);
    scene.advance(2 * MINUTE_MS);
    await step();
    expect(tagsOf(receiver)).toHaveLength(4);
  });

  it('is down is tried with one message at a time, while the attempts of the others are saved', async () => {
    const receiver = await scene.receiver();
    receiver.answer((_, response) => void response.writeHead(503).end());
    const step = await scene.process(scene.webhook(receiver));
    const names = Array.from({ length: 50 }, (_, n) => `t${n}`);
    await scene.tag(names, BOTH);
    for (let minute = 0; minute < 5; minute += 1) {
      await step();
      scene.advance(MINUTE_MS);
    }
    expect(receiver.arrived.length).toBeLessThanOrEqual(10);
    receiver.answer((_, response) => void response.writeHead(204).end());
    await step();
    scene.advance(HOUR_MS);
    await step();
    expect(new Set(tagsOf(receiver))).toEqual(new Set(names));
  });

  it('answers 410 is told nothing more, and keeps its place', async () => {
    const receiver = await scene.receiver();
    receiver.answer((_, response) => void response.writeHead(410).end());
    const step = await scene.process(scene.webhook(receiver, { rate: { requestsPerSecond: null, concurrency: 1 } }));
    await scene.tag(['1', '2'], BOTH);
    await step();
    await scene.tag(['3'], BOTH);
    await step();
    expect(receiver.arrived).toHaveLength(1);
    const [webhook] = await findWebhooks(scene.catalog.pool);
    expect(webhook).toMatchObject({
      state: 'disabled',
      stateReason: 'its receiver answered 410: it is gone',
      waiting: 1,
    });
    expect(webhook?.unreadSince).not.toBeNull();
  });

  it('redirects, to a private address or any other, gets nothing sent there', async () => {
    const [receiver, other] = [await scene.receiver(), await scene.receiver()];
    receiver.answer((_, response) => void response.writeHead(307, { location: other.url.href }).end());
    const step = await scene.process(scene.webhook(receiver));
    await scene.tag(['1'], BOTH);
    await step();
    expect(other.arrived).toEqual([]);
    expect(await findDeliveries(scene.catalog.pool, {}, 1)).toMatchObject([
      { state: 'waiting', lastError: 'answered 307' },
    ]);
  });

  it('is at a private address gets nothing without leave, and no row says the secret part of its address', async () => {
    const receiver = await scene.receiver();
    const step = await scene.process(scene.webhook(receiver, { allowPrivateNetwork: false }));
    await scene.tag(['1'], BOTH);
    await step();
    expect(receiver.arrived).toEqual([]);
    const rows = await scene.rows('SELECT * FROM delivery, webhook');
    const text = JSON.stringify(rows, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value));
    expect(text).toContain('is not at an address that may be reached');
    expect(text).not.toContain('S3CRET');
  });

  it('is slow keeps no other webhook waiting', async () => {
    const [slow, quick] = [await scene.receiver(), await scene.receiver()];
    slow.answer(() => undefined);
    await scene.teller(
      scene.webhook(slow, { name: 'slow', timeoutMs: 30_000 }),
      scene.webhook(quick, { name: 'quick' }),
    );
    await scene.tag(['1'], BOTH);
    await until('the quick one has heard of it', () => quick.arrived.length === 1);
    await until('the slow one is being told', () => slow.arrived.length === 1);
    await scene.tag(['2'], BOTH);
    await until('the quick one has heard of the next', () => quick.arrived.length === 2);
    expect(slow.arrived.length).toBeLessThanOrEqual(2);
    slow.answer((_, response) => void response.writeHead(204).end());
  });
});
