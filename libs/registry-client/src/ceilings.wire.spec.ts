import { afterEach, describe, expect, it } from '@jest/globals';
import { digestOf } from '@strata/oci';
import type { RegistryOptions } from './open-registry.js';
import { DIGEST, MANIFEST, REPOSITORY, openScene, refusalOf, type Scene } from './testing/scene.js';

let scene: Scene;
afterEach(() => scene.close());
const fetch = (signal?: AbortSignal) => scene.registry.fetchManifest(REPOSITORY, DIGEST, signal);
const IMPATIENT: RegistryOptions = { idleTimeoutMs: 150, totalTimeoutMs: 400 };

describe('bytes', () => {
  it.each(['manifest', 'config'] as const)(
    'of a %s may be 4 MiB and not one more, with or without a length',
    async (kind) => {
      scene = await openScene();
      const read = (bytes: Uint8Array) =>
        kind === 'manifest'
          ? scene.registry.fetchManifest(REPOSITORY, digestOf(bytes))
          : scene.registry.fetchConfig(REPOSITORY, digestOf(bytes));
      const [fits, exceeds] = [Buffer.alloc(4 * 1024 * 1024, ' '), Buffer.alloc(4 * 1024 * 1024 + 1, ' ')];
      const chunked = (body: Uint8Array) => ({ kind: 'answer', status: 200, headers: {}, body }) as const;
      scene.fake.misbehave({}, chunked(fits), chunked(exceeds), {
        kind: 'endless',
        chunk: ' '.repeat(65_536),
        pauseMs: 0,
      });
      await expect(read(fits)).resolves.toBeDefined();
      expect((await refusalOf(read(exceeds))).code).toBe('too-large');
      expect((await refusalOf(read(exceeds))).code).toBe('too-large');
    },
  );

  it('of an error are cut, so that an endless one is still told as what it is', async () => {
    scene = await openScene();
    scene.fake.misbehave({}, { kind: 'answer', status: 503, body: 'x'.repeat(5_000_000) });
    expect(await refusalOf(fetch())).toMatchObject({ code: 'unavailable', status: 503 });
  });
});

describe('time', () => {
  it('ends a registry that says nothing', async () => {
    scene = await openScene({}, { ...IMPATIENT, totalTimeoutMs: 10_000 });
    scene.fake.misbehave({}, { kind: 'silence' });
    const startedAt = performance.now();
    expect((await refusalOf(fetch())).code).toBe('unavailable');
    expect(performance.now() - startedAt).toBeLessThan(3_000);
  });

  it('ends an answer that falls silent half-way', async () => {
    scene = await openScene({}, { ...IMPATIENT, totalTimeoutMs: 10_000 });
    scene.fake.misbehave({}, { kind: 'endless', chunk: '{', pauseMs: 5_000 });
    const startedAt = performance.now();
    expect((await refusalOf(fetch())).code).toBe('unavailable');
    expect(performance.now() - startedAt).toBeLessThan(3_000);
  });

  it('ends an answer that trickles, however lively', async () => {
    scene = await openScene({}, IMPATIENT);
    scene.fake.misbehave({}, { kind: 'endless', chunk: '{', pauseMs: 20 });
    const refusal = await refusalOf(fetch());
    expect(refusal).toMatchObject({ code: 'unavailable', message: expect.stringContaining('400 ms') });
  });

  it('ends a token server that says nothing', async () => {
    scene = await openScene({ auth: { kind: 'token' } }, IMPATIENT);
    scene.fake.misbehave({ path: '/token' }, { kind: 'silence' });
    expect((await refusalOf(fetch())).code).toBe('unavailable');
  });

  it('belongs to the caller: an abort ends the request with the caller’s own reason', async () => {
    scene = await openScene();
    scene.fake.misbehave({}, { kind: 'silence' });
    const control = new AbortController();
    const reason = Object.assign(new Error('no longer needed'), { code: 'STOPPING' });
    const fetching = fetch(control.signal);
    setTimeout(() => control.abort(reason), 30);
    await expect(fetching).rejects.toBe(reason);
    await expect(fetch(AbortSignal.abort(reason))).rejects.toBe(reason);
    expect(scene.fake.requests).toHaveLength(1);
  });
});

describe('connections', () => {
  it('are kept: a hundred questions share a handful', async () => {
    scene = await openScene();
    for (let count = 0; count < 100; count += 1) await fetch();
    expect(scene.fake.load().connections).toBeLessThanOrEqual(5);
  });

  it('never carry more questions at once than the budget', async () => {
    scene = await openScene({}, { maxInFlight: 3 });
    scene.fake.misbehave({}, { kind: 'late', delayMs: 20 });
    await Promise.all(Array.from({ length: 12 }, () => scene.registry.observeTag(REPOSITORY, '1.0')));
    expect(scene.fake.load()).toMatchObject({ mostInFlight: 3 });
    expect(Buffer.from((await fetch()).bytes)).toEqual(MANIFEST.bytes);
  });
});
