import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { HeadVerdict } from '@strata/registry-events';
import { createTestIssuer } from '@strata/registry-events/testing';
import { KeysUnavailableError } from './issuer-keys.js';
import { openOidcSender } from './open-oidc-sender.js';
import { startIssuer, type RunningIssuer } from './testing/start-issuer.js';

const now = new Date('2026-08-20T10:15:31.000Z');
const seconds = now.getTime() / 1_000;
const audience = 'https://strata.example/hooks/gar';
const email = 'pusher@project.example';

let issuer: RunningIssuer;
let check: (token: string, at?: Date) => Promise<HeadVerdict>;
beforeEach(async () => {
  issuer = await startIssuer();
  const checkHead = openOidcSender({ scheme: 'oidc', issuer: issuer.url, audience, email, subject: '4711' });
  check = (token, at = now) =>
    checkHead(
      { headers: new Map([['authorization', `Bearer ${token}`]]), query: new URLSearchParams(), pathToken: null },
      at,
    );
});
afterEach(() => issuer.stop());
afterEach(() => void jest.restoreAllMocks());

const claims = (changes: Record<string, unknown> = {}): Record<string, unknown> => ({
  iss: issuer.url,
  aud: audience,
  sub: '4711',
  email,
  email_verified: true,
  iat: seconds - 10,
  exp: seconds + 3_600,
  ...changes,
});

describe('a token of an OpenID provider', () => {
  it('is let in, and the keys are asked for once', async () => {
    for (let count = 0; count < 3; count += 1) expect(await check(issuer.token(claims()))).toBe('accepted');
    expect(issuer.keysAsked()).toBe(1);
  });

  it.each<readonly [string, Record<string, unknown>]>([
    ['another issuer', { iss: 'https://accounts.example' }],
    ['another audience', { aud: 'https://strata.example/hooks/other' }],
    ['another subject', { sub: '4712' }],
    ['another e-mail', { email: 'somebody@project.example' }],
    ['an e-mail that nobody has verified', { email_verified: false }],
    ['no e-mail', { email: undefined }],
    ['no expiry', { exp: undefined }],
    ['an expiry that is over', { exp: seconds - 61 }],
    ['a beginning that is to come', { nbf: seconds + 61 }],
    ['no issuer', { iss: undefined }],
  ])('is refused with %s', async (_title, changes) => {
    expect(await check(issuer.token(claims(changes)))).toBe('refused');
  });

  it('is refused when one bit of it differs', async () => {
    const [header = '', payload = '', signature = ''] = issuer.token(claims()).split('.');
    const other = signature.startsWith('A') ? `B${signature.slice(1)}` : `A${signature.slice(1)}`;
    expect(await check(`${header}.${payload}.${other}`)).toBe('refused');
    const forged = Buffer.from(JSON.stringify(claims({ sub: '4711', admin: true }))).toString('base64url');
    expect(await check(`${header}.${forged}.${signature}`)).toBe('refused');
  });

  it('is refused when somebody else signed it, or nobody', async () => {
    expect(await check(createTestIssuer().token(claims()))).toBe('refused');
    const unsigned = [{ alg: 'none' }, claims()].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'));
    expect(await check(`${unsigned.join('.')}.`)).toBe('refused');
    expect(await check(issuer.token(claims(), { alg: 'HS256' }))).toBe('refused');
  });

  it.each(['', 'x', 'a.b', 'a.b.c', 'a.b.c.d', `${'a'.repeat(9_000)}.b.c`])(
    'is refused when it is none: %#',
    async (text) => {
      expect(await check(text)).toBe('refused');
    },
  );

  it('is let in when it is signed with a key that is new, which is asked for seldom', async () => {
    expect(await check(issuer.token(claims()))).toBe('accepted');
    issuer.rotate();
    for (let count = 0; count < 20; count += 1) {
      expect(await check(issuer.token(claims(), { kid: `unknown-${count}` }))).toBe('refused');
    }
    expect(issuer.keysAsked()).toBe(1);
    const clock = jest.spyOn(Date, 'now').mockReturnValue(Date.now() + 31_000); // jose's pause is over
    expect(await check(issuer.token(claims()))).toBe('accepted');
    clock.mockRestore();
    expect(issuer.keysAsked()).toBe(2);
  });
});

describe('the keys of a provider', () => {
  it.each<readonly [string, (path: string) => { status: number; body: string } | null]>([
    ['it is broken', () => ({ status: 500, body: '' })],
    ['it sends elsewhere', () => ({ status: 302, body: '' })],
    ['it answers something else', () => ({ status: 200, body: '<html>' })],
    ['its document is one of another issuer', () => ({ status: 200, body: '{"issuer":"x","jwks_uri":"https://x/"}' })],
    ['its document never ends', () => ({ status: 200, body: JSON.stringify({ pad: 'x'.repeat(300_000) }) })],
    ['its keys are none', (path) => (path === '/keys' ? { status: 200, body: '{"keys":7}' } : null)],
    [
      'its key has the right name and nothing in it',
      (path) =>
        path === '/keys' ? { status: 200, body: '{"keys":[{"kty":"RSA","kid":"key-1","n":"","e":""}]}' } : null,
    ],
    ['only its keys are away', (path) => (path === '/keys' ? { status: 503, body: '' } : null)],
  ])('cannot be had when %s: nobody is refused for that', async (_title, fail) => {
    issuer.fail = fail;
    await expect(check(issuer.token(claims()))).rejects.toThrow(KeysUnavailableError);
  });

  it.each([
    ['its document is one of another issuer', '{"issuer":"x","jwks_uri":"https://x/"}', () => true],
    ['its keys are none', '{"keys":7}', (path: string) => path === '/keys'],
  ])('are not asked for with each token while %s', async (_title, body, isMeant) => {
    let asked = 0;
    jest.spyOn(performance, 'now').mockReturnValue(0);
    issuer.fail = (path) => {
      if (!isMeant(path)) return null;
      asked += 1;
      return { status: 200, body };
    };
    for (let count = 0; count < 5; count += 1)
      await expect(check(issuer.token(claims()))).rejects.toThrow(KeysUnavailableError);
    expect(asked).toBe(1);
  });

  it('are asked for again when they could not be had, but not at once', async () => {
    const clock = jest.spyOn(performance, 'now').mockReturnValue(0);
    issuer.fail = () => ({ status: 500, body: '' });
    await expect(check(issuer.token(claims()))).rejects.toThrow(KeysUnavailableError);
    issuer.fail = null;
    await expect(check(issuer.token(claims()))).rejects.toThrow(KeysUnavailableError);
    clock.mockReturnValue(2_000);
    expect(await check(issuer.token(claims()))).toBe('accepted');
  });
});
