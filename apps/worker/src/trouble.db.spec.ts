import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { takeDueEvents } from '@strata/catalog';
import { anImage } from '@strata/oci/testing';
import type { Misbehaviour } from '@strata/registry-client/testing';
import { handleEvents } from './handle-events.js';
import { openSourceHealth } from './source-health.js';
import { pushOf } from './testing/some-events.js';
import { startSteps, type Steps } from './testing/start-steps.js';

let steps: Steps;
beforeAll(async () => void (steps = await startSteps({ idleTimeoutMs: 200 })));
afterAll(() => steps.end());
beforeEach(async () => {
  await steps.forget();
  steps.put(REPOSITORY, 'v1', image);
});

const REPOSITORY = 'team/app';
const image = anImage();
const HOUR_MS = 3_600_000;

const source = async () =>
  (
    await steps.rows<{ state: string; pause: number }>(
      `SELECT state, coalesce(round(extract(epoch FROM paused_until - now())), 0)::int AS pause FROM source`,
    )
  )[0];
/** A worker of its own, so that no trouble of another test is remembered. */
const worker = () => steps.anotherWorker();
const answer = (status: number, headers: Record<string, string> = {}): Misbehaviour => ({
  kind: 'answer',
  status,
  headers,
});
const dueAgain = () => steps.rows(`UPDATE inbox SET next_at = now() WHERE state = 'new'`);

describe('a registry that asks to be left alone', () => {
  it.each([
    ['30', 30],
    ['86400', 900],
    ['soon', 1],
    ['-1', 1],
  ])('with Retry-After %s has its source paused; the event waits without an attempt', async (retryAfter, seconds) => {
    steps.registry.misbehave({}, answer(429, { 'retry-after': retryAfter }));
    await steps.receive(pushOf(REPOSITORY, 'v1', image));
    await steps.round(worker());
    const { state, pause } = (await source()) ?? {};
    expect(state).toBe('degraded');
    expect(Math.abs((pause ?? 0) - seconds)).toBeLessThanOrEqual(1);
    expect(await steps.inbox('state, attempts, starts, reason')).toEqual([
      { state: 'new', attempts: 0, starts: 0, reason: 'RATE_LIMITED' },
    ]);
  });

  it('gets no question until the pause is over, from any worker', async () => {
    steps.registry.misbehave({}, answer(429, { 'retry-after': '30' }));
    await steps.receive(pushOf(REPOSITORY, 'v1', image));
    await steps.round(worker());
    steps.registry.forgetRequests();
    await steps.receive(pushOf(REPOSITORY, null, image));
    await dueAgain();
    expect(await steps.round(worker())).toBe(0);
    expect(steps.registry.requests).toEqual([]);
    steps.registry.behave();
    await steps.rows('UPDATE source SET paused_until = now()');
    await steps.round(worker());
    expect(await source()).toEqual({ state: 'healthy', pause: 0 });
    expect(await steps.inbox('state, attempts')).toEqual([
      { state: 'done', attempts: 0 },
      { state: 'done', attempts: 0 },
    ]);
  });

  it('holds up events that were handed over before the pause without asking for them', async () => {
    await steps.receive(pushOf(REPOSITORY, 'v1', image));
    const tools = worker();
    const handed = await takeDueEvents(steps.catalog, { queuedPerSource: 10, leaseMs: 1_000 });
    await tools.health.bad((await steps.rows<{ id: number }>('SELECT id FROM source'))[0]?.id ?? 0, {
      state: 'degraded',
      reason: 'x',
      askedMs: 20_000,
    });
    await handleEvents(handed, tools);
    expect(steps.registry.requests).toEqual([]);
    expect(await steps.inbox('state, attempts, reason')).toEqual([{ state: 'new', attempts: 0, reason: 'PAUSED' }]);
  });

  it('pauses no other source', async () => {
    await steps.rows(`INSERT INTO source (name, dialect, registry_id) SELECT 'two', 'distribution', id FROM registry`);
    steps.registry.misbehave({}, answer(429, { 'retry-after': '30' }), { kind: 'well' });
    await steps.receive(pushOf(REPOSITORY, 'v1', image));
    const tools = worker();
    await steps.round(tools);
    await steps.receive(pushOf(REPOSITORY, 'v1', image));
    await steps.rows(
      `UPDATE inbox SET source_id = (SELECT id FROM source WHERE name = 'two') WHERE id = (SELECT max(id) FROM inbox)`,
    );
    expect(await steps.round({ ...tools, registryOf: () => steps.client })).toBe(1);
    expect(await steps.inbox('state')).toEqual([{ state: 'new' }, { state: 'done' }]);
    await steps.rows(`TRUNCATE inbox`);
    await steps.rows(`DELETE FROM source WHERE name = 'two'`);
  });
});

describe('a registry that cannot be asked', () => {
  it.each([[401], [403]])(
    'because of our credential (%i) has its source paused; rows wait for as long as it takes',
    async (status) => {
      steps.registry.misbehave({}, answer(status));
      await steps.receive(pushOf(REPOSITORY, 'v1', image));
      const tools = worker();
      steps.advance(100 * HOUR_MS);
      await steps.round(tools);
      steps.advance(-100 * HOUR_MS);
      expect((await source())?.state).toBe('unauthorized');
      expect(await steps.inbox('state, attempts, reason')).toEqual([
        { state: 'new', attempts: 0, reason: 'UNAUTHORIZED' },
      ]);
    },
  );

  it.each<[string, Misbehaviour]>([
    ['is reset', { kind: 'reset' }],
    ['is silent', { kind: 'silence' }],
  ])('because it %s is tried again later each time, and its source is paused', async (_, trouble) => {
    steps.registry.misbehave({}, trouble);
    await steps.receive(pushOf(REPOSITORY, 'v1', image));
    const tools = worker();
    await steps.round(tools);
    expect((await source())?.state).toBe('unreachable');
    expect(await steps.inbox('state, attempts, reason')).toEqual([
      { state: 'new', attempts: 1, reason: 'UNAVAILABLE' },
    ]);
  });

  it('waits longer after each attempt, up to 15 minutes', async () => {
    steps.registry.misbehave({}, answer(503));
    await steps.receive(pushOf(REPOSITORY, 'v1', image));
    const waits: number[] = [];
    for (let attempt = 1; attempt <= 12; attempt += 1) {
      await dueAgain();
      await steps.round();
      const [row] = await steps.rows<{ wait: number }>(
        'SELECT extract(epoch FROM next_at - now())::float8 AS wait FROM inbox',
      );
      waits.push(Math.round(row?.wait ?? 0));
    }
    expect(waits).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 450, 450, 450]); // half of each ceiling: random is 0.5
    expect((await source())?.state).toBe('healthy'); // a 503 now and then pauses nobody else
  });

  it('for 72 hours has its events set aside as exhausted, and not before they were tried ten times', async () => {
    steps.registry.misbehave({}, answer(503));
    await steps.receive(pushOf(REPOSITORY, 'v1', image), pushOf(REPOSITORY, null, image));
    await steps.rows(`UPDATE inbox SET attempts = CASE WHEN tag IS NULL THEN 9 ELSE 10 END`);
    const state = () => steps.rows('SELECT state, reason FROM inbox ORDER BY tag NULLS LAST');
    steps.advance(71.9 * HOUR_MS);
    await steps.round();
    expect(await state()).toEqual(Array.from({ length: 2 }, () => ({ state: 'new', reason: 'UNAVAILABLE' })));
    await steps.rows(`UPDATE inbox SET attempts = attempts - 1, next_at = now()`);
    steps.advance(0.2 * HOUR_MS);
    await steps.round();
    steps.advance(-72.1 * HOUR_MS);
    expect(await state()).toEqual([
      { state: 'quarantined', reason: 'EXHAUSTED' },
      { state: 'new', reason: 'UNAVAILABLE' },
    ]);
  });
});

describe('the pauses of a source', () => {
  const health = async () => {
    let now = 1_000_000;
    const opened = openSourceHealth(steps.catalog, () => now);
    const [row] = await steps.rows<{ id: number }>('SELECT id FROM source');
    const id = row?.id ?? 0;
    const trouble = (askedMs: number | null) => opened.bad(id, { state: 'unreachable', reason: 'x', askedMs });
    return { good: () => opened.good(id), trouble, wait: (byMs: number) => void (now += byMs) };
  };
  const pause = async () =>
    Math.round(
      ((
        await steps.rows<{ ms: number }>(
          `SELECT coalesce(extract(epoch FROM paused_until - now()) * 1000, 0)::float8 AS ms FROM source`,
        )
      )[0]?.ms ?? 0) / 500,
    ) * 500;

  it('grow from one outage to the next, not with each event that met the same one', async () => {
    const { trouble, wait } = await health();
    await Promise.all(Array.from({ length: 30 }, () => trouble(null)));
    expect(await pause()).toBe(500);
    wait(600);
    await steps.rows('UPDATE source SET paused_until = NULL');
    for (let event = 0; event < 30; event += 1) await trouble(null);
    expect(await pause()).toBe(1_000);
  });

  it('are neither ended by good news of a question asked before nor cut short by a lesser trouble', async () => {
    const { good, trouble, wait } = await health();
    await trouble(30_000);
    await good();
    await trouble(null);
    await trouble(2_000);
    await (await health()).good(); // another process
    await (await health()).trouble(1_000);
    expect(await pause()).toBe(30_000);
    wait(30_001);
    await steps.rows('UPDATE source SET paused_until = now()');
    await good();
    expect(await source()).toEqual({ state: 'healthy', pause: 0 });
  });
});
