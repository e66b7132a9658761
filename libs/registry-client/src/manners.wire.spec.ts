import { setTimeout } from 'node:timers/promises';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { RegistryOptions } from './open-registry.js';
import type { RegistryErrorCode } from './registry-error.js';
import type { Misbehaviour } from './testing/misbehaviour.js';
import type { FakeRateLimit } from './testing/rate-limit.js';
import { CONFIG_DIGEST, DIGEST, MANIFEST, REPOSITORY, openScene, refusalOf, type Scene } from './testing/scene.js';

let scene: Scene;
let nowMs: number;
let slept: number[];
afterEach(() => scene.close());

const START_MS = Date.UTC(2026, 0, 1);
const answer = (status: number, headers = {}): Misbehaviour => ({ kind: 'answer', status, headers });

/** A scene whose clock moves only when the client waits; `random` decides the back-off. */
async function open(random = 0.5, options: RegistryOptions = {}): Promise<void> {
  nowMs = START_MS;
  slept = [];
  const sleep = async (delayMs: number) => {
    slept.push(delayMs);
    nowMs += delayMs;
  };
  scene = await openScene({ now: () => nowMs }, { now: () => nowMs, random: () => random, sleep, ...options });
}
const head = () => scene.registry.observeTag(REPOSITORY, '1.0');
const get = () => scene.registry.fetchManifest(REPOSITORY, DIGEST);

describe('a pause', () => {
  it.each<[string, Misbehaviour, RegistryErrorCode, number]>([
    ['a 429 in seconds', answer(429, { 'retry-after': '30' }), 'rate-limited', 30_000],
    [
      'a 429 with a date',
      answer(429, { 'retry-after': new Date(START_MS + 9_000).toUTCString() }),
      'rate-limited',
      9_000,
    ],
    ['a 503', answer(503, { 'retry-after': '30' }), 'unavailable', 30_000],
    ['a 403', answer(403, { 'retry-after': '30' }), 'rate-limited', 30_000],
    ['a 429 for a year', answer(429, { 'retry-after': '31536000' }), 'rate-limited', 15 * 60_000],
  ])('as long as %s asks for lets no request leave', async (_, step, code, pauseMs) => {
    await open();
    scene.fake.misbehave({}, step, { kind: 'well' });
    expect(await refusalOf(get())).toMatchObject({ code, retryAfterMs: pauseMs });
    nowMs += pauseMs - 5_001;
    for (const question of [get, head, () => scene.registry.listTags(REPOSITORY)[Symbol.asyncIterator]().next()]) {
      expect(await refusalOf(question())).toMatchObject({ code: 'rate-limited', retryAfterMs: 5_001 });
    }
    expect(scene.fake.requests).toHaveLength(1);
    nowMs += 1;
    await expect(get()).resolves.toMatchObject({ digest: DIGEST });
    expect(slept).toEqual([5_000]);
  });

  it('of a 429 that names none is a full-jitter back-off, at most a minute, and shorter again after an answer', async () => {
    await open(0.5);
    scene.fake.misbehave({}, answer(429));
    const pauses: (number | null)[] = [];
    for (let at = 0; at < 8; at += 1) {
      const { retryAfterMs } = await refusalOf(get());
      pauses.push(retryAfterMs);
      nowMs += retryAfterMs ?? 0;
    }
    expect(pauses).toEqual([500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
    scene.fake.behave();
    await get();
    scene.fake.misbehave({}, answer(429));
    expect((await refusalOf(get())).retryAfterMs).toBe(500);
  });

  it('counts requests of the same moment once', async () => {
    await open(0.5);
    scene.fake.misbehave({}, answer(429));
    const refusals = await Promise.all([refusalOf(get()), refusalOf(head())]);
    expect(refusals.map(({ retryAfterMs }) => retryAfterMs)).toEqual([500, 500]);
    nowMs += 500;
    expect((await refusalOf(get())).retryAfterMs).toBe(1_000);
  });

  it('is the token server’s to ask for as well', async () => {
    await open();
    const challenge = `Bearer realm="${new URL('/token', scene.fake.url)}"`;
    scene.fake.misbehave({ path: '/v2/' }, answer(401, { 'www-authenticate': challenge }));
    scene.fake.misbehave({ path: '/token' }, answer(429, { 'retry-after': '30' }));
    expect(await refusalOf(get())).toMatchObject({ code: 'rate-limited', retryAfterMs: 30_000 });
    expect((await refusalOf(get())).code).toBe('rate-limited');
    expect(scene.fake.counts()).toEqual({ 'manifest-get': 1, token: 1 });
  });

  it.each([answer(500), answer(404), { kind: 'reset' } as const])('does not follow from %p', async (step) => {
    await open();
    scene.fake.misbehave({}, step, { kind: 'well' });
    expect((await refusalOf(get())).retryAfterMs).toBeNull();
    await expect(get()).resolves.toMatchObject({ digest: DIGEST });
    expect(slept).toEqual([]);
  });

  it('ends for a caller who gave up', async () => {
    await open(0.5, { sleep: (delayMs, signal) => setTimeout(delayMs, undefined, { signal }) });
    scene.fake.misbehave({}, answer(429, { 'retry-after': '3' }));
    await refusalOf(get());
    const control = new AbortController();
    const waiting = scene.registry.observeTag(REPOSITORY, '1.0', control.signal);
    control.abort(new Error('gave up'));
    await expect(waiting).rejects.toThrow('gave up');
    expect(scene.fake.requests).toHaveLength(1);
  });
});

describe('a rate', () => {
  it('is kept by every request of the source', async () => {
    await open(0, { requestsPerSecond: 10, burst: 2 });
    for (let at = 0; at < 5; at += 1) await head();
    expect(slept).toEqual([100, 100, 100]);
  });

  it('that would keep a question waiting for long says so at once', async () => {
    await open(0, { requestsPerSecond: 0.1 });
    await head();
    expect(await refusalOf(head())).toMatchObject({ code: 'rate-limited', retryAfterMs: 10_000 });
    expect(scene.fake.requests).toHaveLength(1);
  });
});

describe('a registry that says how many requests are left', () => {
  const limits: readonly FakeRateLimit['headers'][] = ['ratelimit', 'x-ratelimit', 'structured', 'docker-hub'];

  it.each(limits)('in %p headers is never asked once too often', async (headers = 'none') => {
    await open();
    scene.fake.limitRate({ limit: 20, windowMs: 20_000, headers, retryAfter: 'seconds' });
    for (let at = 0; at < 100; at += 1) {
      const question = get();
      const error: unknown = await question.then(
        () => null,
        (reason: unknown) => reason,
      );
      if (error === null) continue;
      const { code, retryAfterMs, status } = await refusalOf(question);
      expect({ code, status }).toEqual({ code: 'rate-limited', status: null });
      nowMs += retryAfterMs ?? 0;
    }
    expect(nowMs).toBeGreaterThan(START_MS + 20_000);
    expect(slept.length).toBeGreaterThan(0);
  });

  it('is asked at full speed while there are plenty', async () => {
    await open();
    scene.fake.limitRate({ limit: 1_000, windowMs: 60_000, headers: 'ratelimit' });
    for (let at = 0; at < 30; at += 1) await head();
    expect(slept).toEqual([]);
  });

  it('and does not count HEAD is still asked by HEAD', async () => {
    await open();
    scene.fake.limitRate({ limit: 1, windowMs: 21_600_000, headers: 'docker-hub', countsHead: false });
    await get();
    for (let at = 0; at < 30; at += 1) await head();
    expect(slept).toEqual([]);
    expect(await refusalOf(get())).toMatchObject({ code: 'rate-limited', status: null, retryAfterMs: 15 * 60_000 });
    expect(scene.fake.counts()).toEqual({ 'manifest-get': 1, 'manifest-head': 30 });
  });
});

describe('one fetch', () => {
  it('serves however many ask for a digest at the same time, and nobody who asks later', async () => {
    await open();
    scene.fake.misbehave({}, { kind: 'late', delayMs: 20 });
    const ask = () => [get(), get(), scene.registry.fetchConfig(REPOSITORY, CONFIG_DIGEST), get()];
    await Promise.all([...ask(), ...ask()]);
    expect(scene.fake.counts()).toEqual({ 'manifest-get': 1, 'blob-get': 1 });
    await get();
    expect(scene.fake.counts()).toEqual({ 'manifest-get': 2, 'blob-get': 1 });
  });

  it('does not serve another repository, which may not hold it', async () => {
    await open();
    const other = scene.registry.fetchManifest('team/other', DIGEST);
    await Promise.all([get(), expect(refusalOf(other)).resolves.toMatchObject({ code: 'not-found' })]);
  });

  it('does not serve a second look at a tag', async () => {
    await open();
    await Promise.all([head(), head()]);
    expect(scene.fake.counts()).toEqual({ 'manifest-head': 2 });
  });

  it('goes on for the others when one leaves, and ends when all have left', async () => {
    await open();
    scene.fake.misbehave({}, { kind: 'late', delayMs: 40 });
    const [first, second] = [new AbortController(), new AbortController()];
    const ask = ({ signal }: AbortController) => scene.registry.fetchManifest(REPOSITORY, DIGEST, signal);
    const leaving = ask(first);
    const staying = ask(second);
    first.abort(new Error('gave up'));
    await expect(leaving).rejects.toThrow('gave up');
    await expect(staying).resolves.toMatchObject({ digest: DIGEST });
    const alone = ask(second);
    second.abort(new Error('gave up too'));
    await expect(alone).rejects.toThrow('gave up too');
    expect(Buffer.from((await get()).bytes)).toEqual(MANIFEST.bytes);
  });
});
