import { afterEach, describe, expect, it } from '@jest/globals';
import type { RegistryErrorCode } from './registry-error.js';
import type { Misbehaviour } from './testing/misbehaviour.js';
import { DIGEST, MANIFEST, REPOSITORY, openScene, refusalOf, type Scene } from './testing/scene.js';

let scene: Scene;
afterEach(() => scene.close());

const CREDENTIALS = { username: 'robot$ci', password: 'pä:ss' };
const BASIC = `Basic ${Buffer.from('robot$ci:pä:ss').toString('base64')}`;
const answer = (status: number, body = '', headers = {}): Misbehaviour => ({ kind: 'answer', status, body, headers });
const fetch = () => scene.registry.fetchManifest(REPOSITORY, DIGEST);
const asked = () =>
  scene.fake.requests.map(
    ({ method, path, headers }) =>
      `${method} ${path.split(/[?/]/)[1]} ${headers.authorization?.split(' ')[0] ?? 'nobody'}`,
  );
const tokensAsked = () => scene.fake.requests.filter(({ path }) => path.startsWith('/token'));

describe('Basic', () => {
  it('is sent once the registry has asked for it, and from then on at once', async () => {
    scene = await openScene({ auth: { kind: 'basic', ...CREDENTIALS } }, {}, { credentials: CREDENTIALS });
    await fetch();
    await fetch();
    expect(asked()).toEqual(['GET v2 nobody', 'GET v2 Basic', 'GET v2 Basic']);
    expect(scene.fake.requests[2]?.headers.authorization).toBe(BASIC);
  });

  it('is tried once: a wrong password is unauthorized', async () => {
    scene = await openScene(
      { auth: { kind: 'basic', ...CREDENTIALS } },
      {},
      { credentials: { username: 'x', password: 's3cr3t' } },
    );
    const refusal = await refusalOf(fetch());
    expect(refusal).toMatchObject({ code: 'unauthorized', status: 401 });
    expect(JSON.stringify([refusal.message, refusal.cause])).not.toContain('s3cr3t');
    expect(asked()).toEqual(['GET v2 nobody', 'GET v2 Basic']);
  });

  it('is not repeated once the registry stops taking it', async () => {
    scene = await openScene({ auth: { kind: 'basic', ...CREDENTIALS } }, {}, { credentials: CREDENTIALS });
    await fetch();
    scene.fake.forgetRequests();
    scene.fake.misbehave({}, answer(401, '', { 'www-authenticate': 'Basic realm="x"' }));
    expect((await refusalOf(fetch())).code).toBe('unauthorized');
    expect(asked()).toEqual(['GET v2 Basic']);
  });

  it('is not made up: without credentials the answer is unauthorized after one request', async () => {
    scene = await openScene({ auth: { kind: 'basic', ...CREDENTIALS } });
    expect((await refusalOf(fetch())).code).toBe('unauthorized');
    expect(asked()).toEqual(['GET v2 nobody']);
  });
});

describe('a bearer token', () => {
  it('is fetched as the challenge says, anonymously without credentials, and used for the whole repository', async () => {
    scene = await openScene({ auth: { kind: 'token' } });
    await fetch();
    await scene.registry.observeTag(REPOSITORY, '1.0');
    expect(asked()).toEqual(['GET v2 nobody', 'GET token nobody', 'GET v2 Bearer', 'HEAD v2 Bearer']);
    const query = new URL(scene.fake.requests[1]?.path ?? '', scene.fake.url).searchParams;
    expect(Object.fromEntries(query)).toEqual({ service: 'fake registry', scope: `repository:${REPOSITORY}:pull` });
  });

  it('is asked for with the credentials, which the registry itself never sees', async () => {
    scene = await openScene({ auth: { kind: 'token', credentials: CREDENTIALS } }, {}, { credentials: CREDENTIALS });
    await fetch();
    expect(asked()).toEqual(['GET v2 nobody', 'GET token Basic', 'GET v2 Bearer']);
    expect(tokensAsked()[0]?.headers.authorization).toBe(BASIC);
  });

  it('is not shared between repositories', async () => {
    scene = await openScene({ auth: { kind: 'token' } });
    scene.fake.put('team/other', null, MANIFEST);
    await fetch();
    await scene.registry.fetchManifest('team/other', DIGEST);
    const scopes = tokensAsked().map(({ path }) => new URL(path, scene.fake.url).searchParams.get('scope'));
    expect(scopes).toEqual([`repository:${REPOSITORY}:pull`, 'repository:team/other:pull']);
  });

  it.each(['repository:team/app:pull,push', 'repository:team/app:*', 'registry:catalog:*', 'nonsense'])(
    'is asked for reading only, even when the challenge says %s',
    async (scope) => {
      scene = await openScene({ auth: { kind: 'token' } });
      const challenge = `Bearer realm="${new URL('/token', scene.fake.url)}",scope="${scope}"`;
      scene.fake.misbehave({ path: '/v2/' }, answer(401, '', { 'www-authenticate': challenge }), { kind: 'well' });
      await fetch();
      expect(tokensAsked()[0]?.path).toBe(`/token?scope=${encodeURIComponent(`repository:${REPOSITORY}:pull`)}`);
    },
  );

  it('is fetched once by however many wait for it', async () => {
    scene = await openScene({ auth: { kind: 'token' } }, { maxInFlight: 8 });
    scene.fake.misbehave({ path: '/token' }, { kind: 'late', delayMs: 50 });
    await Promise.all(Array.from({ length: 20 }, fetch));
    expect(tokensAsked()).toHaveLength(1);
    scene.fake.revokeTokens();
    await Promise.all(Array.from({ length: 20 }, fetch));
    expect(tokensAsked()).toHaveLength(2);
  });

  it('outlives the caller who asked for it first', async () => {
    scene = await openScene({ auth: { kind: 'token' } });
    scene.fake.misbehave({ path: '/token' }, { kind: 'late', delayMs: 60 });
    const control = new AbortController();
    const first = scene.registry.fetchManifest(REPOSITORY, DIGEST, control.signal);
    const second = fetch();
    await new Promise((resolve) => setTimeout(resolve, 30));
    control.abort(new Error('gave up'));
    await expect(first).rejects.toThrow('gave up');
    await expect(second).resolves.toMatchObject({ digest: DIGEST });
    expect(tokensAsked()).toHaveLength(1);
  });

  it.each<[unknown, number, number]>([
    [300, 239_999, 240_001],
    [0, 47_999, 48_001],
    [-1, 47_999, 48_001],
    [null, 47_999, 48_001],
    ['300', 47_999, 48_001],
    [1e9, 2_879_999, 2_880_001],
  ])(
    'that says it lives %p seconds is good for %p ms and fetched again after %p ms',
    async (expiresIn, goodMs, oldMs) => {
      let nowMs = 1_000_000;
      scene = await openScene({ auth: { kind: 'token', expiresIn } }, { now: () => nowMs });
      await fetch();
      nowMs = 1_000_000 + goodMs;
      await fetch();
      expect(tokensAsked()).toHaveLength(1);
      nowMs = 1_000_000 + oldMs;
      await fetch();
      expect(tokensAsked()).toHaveLength(2);
      expect(asked().filter((line) => line === 'GET v2 nobody')).toHaveLength(1);
    },
  );

  it('is renewed once when the registry refuses it, and then believed to be refused', async () => {
    scene = await openScene({ auth: { kind: 'token' } });
    await fetch();
    scene.fake.revokeTokens();
    await fetch();
    expect(asked().slice(3)).toEqual(['GET v2 Bearer', 'GET token nobody', 'GET v2 Bearer']);
    scene.fake.forgetRequests();
    const challenge = `Bearer realm="${new URL('/token', scene.fake.url)}",error="insufficient_scope"`;
    scene.fake.misbehave({ path: '/v2/' }, answer(401, '', { 'www-authenticate': challenge }));
    expect((await refusalOf(fetch())).code).toBe('unauthorized');
    expect(asked()).toEqual(['GET v2 Bearer', 'GET token nobody', 'GET v2 Bearer']);
  });

  it('is preferred where Basic is offered as well', async () => {
    scene = await openScene({ auth: { kind: 'token' } }, {}, { credentials: CREDENTIALS });
    const challenge = ['Basic realm="x"', `Bearer realm="${new URL('/token', scene.fake.url)}"`];
    scene.fake.misbehave({ path: '/v2/' }, answer(401, '', { 'www-authenticate': challenge }), { kind: 'well' });
    await fetch();
    expect(asked()).toEqual(['GET v2 nobody', 'GET token Basic', 'GET v2 Bearer']);
  });

  it.each(['token', 'access_token'])('may be called %s', async (name) => {
    scene = await openScene({ auth: { kind: 'token' } });
    scene.fake.misbehave({ path: '/token' }, answer(200, JSON.stringify({ [name]: scene.fake.issueToken() })));
    await expect(fetch()).resolves.toMatchObject({ digest: DIGEST });
  });

  it.each<[string, Misbehaviour, RegistryErrorCode]>([
    ['a clean 404', answer(404, '{"errors":[{"code":"NAME_UNKNOWN"}]}'), 'unavailable'],
    ['a 401', answer(401), 'unauthorized'],
    ['a 403', answer(403), 'unauthorized'],
    ['a 429', answer(429, '', { 'retry-after': '9' }), 'rate-limited'],
    ['a 500', answer(500), 'unavailable'],
    ['a reset', { kind: 'reset' }, 'unavailable'],
    ['a web page', answer(200, '<html>', { 'content-type': 'text/html' }), 'unavailable'],
    ['an empty 200', answer(200), 'unavailable'],
    ['no token', answer(200, '{}'), 'bad-response'],
    ['an empty token', answer(200, '{"token":""}'), 'bad-response'],
    ['a token with a line break', answer(200, JSON.stringify({ token: 'x\r\nX-Evil: 1' })), 'bad-response'],
    ['a token with a blank', answer(200, '{"token":"a b"}'), 'bad-response'],
    ['a number for a token', answer(200, '{"token":7}'), 'bad-response'],
    ['65 KiB', answer(200, JSON.stringify({ token: 'x'.repeat(65 * 1024) })), 'bad-response'],
  ])('is not had from %s', async (_, step, code) => {
    scene = await openScene({ auth: { kind: 'token' } });
    scene.fake.misbehave({ path: '/token' }, step);
    expect((await refusalOf(fetch())).code).toBe(code);
    expect(asked().filter((line) => line.includes('Bearer'))).toEqual([]);
  });

  it('may come in an answer of 64 KiB', async () => {
    scene = await openScene({ auth: { kind: 'token' } });
    const text = JSON.stringify({ token: scene.fake.issueToken() });
    scene.fake.misbehave(
      { path: '/token' },
      answer(200, text.padEnd(64 * 1024)),
      answer(200, text.padEnd(64 * 1024 + 1)),
    );
    await fetch();
    scene.fake.revokeTokens();
    expect((await refusalOf(fetch())).code).toBe('bad-response');
  });
});
