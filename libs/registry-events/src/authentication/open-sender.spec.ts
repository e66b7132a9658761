import { createHmac } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { SecretAuthentication } from './authentication.js';
import { openSender } from './open-sender.js';
import { headOf, letsIn, NOW as now, SECRETS as secrets, type Sent } from './testing/lets-in.js';

describe('a bearer token', () => {
  const bearer = { scheme: 'bearer' } as const;
  const sending = (authorization: string): Sent => ({ headers: { authorization } });

  it.each([
    ['the first secret', 'Bearer old-secret'],
    ['the last secret', 'Bearer new-secret'],
    ['the scheme in lower case', 'bearer new-secret'],
    ['the scheme in upper case', 'BEARER new-secret'],
  ])('lets in %s', (_title, value) => {
    expect(letsIn(bearer, sending(value))).toBe(true);
  });

  it.each([
    ['an empty header', ''],
    ['the scheme alone', 'Bearer'],
    ['the scheme and a space', 'Bearer '],
    ['a wrong secret', 'Bearer some-secret'],
    ['one character', 'B'],
    ['10 kB', `Bearer ${'x'.repeat(10_000)}`],
    ['a beginning of the secret', 'Bearer old-secre'],
    ['the secret and more', 'Bearer old-secrets'],
    ['the secret in another letter case', 'Bearer OLD-SECRET'],
    ['a space behind the secret', 'Bearer old-secret '],
    ['two spaces before the secret', 'Bearer  old-secret'],
    ['a line break behind the secret', 'Bearer old-secret\n'],
    ['two secrets', 'Bearer old-secret, Bearer new-secret'],
    ['the secret without a scheme', 'old-secret'],
    ['the secret under another scheme', 'Basic old-secret'],
    ['all secrets joined', 'Bearer old-secret,new-secret'],
  ])('keeps out %s', (_title, value) => {
    expect(letsIn(bearer, sending(value))).toBe(false);
  });

  it('keeps out a call without the header, with the secret elsewhere', () => {
    expect(letsIn(bearer, { headers: { 'x-authorization': 'Bearer old-secret' }, query: 'token=old-secret' })).toBe(
      false,
    );
  });

  it.each([['Bearer '], ['Bearer'], [''], ['Bearer x']])('lets nobody in with an empty secret: %j', (value) => {
    expect(letsIn(bearer, sending(value), { active: [''] })).toBe(false);
    expect(letsIn(bearer, sending(value), { active: [] })).toBe(false);
  });
});

const basic = (text: string): string => `Basic ${Buffer.from(text).toString('base64')}`;
const STATIC: readonly (readonly [SecretAuthentication, (secret: string) => Sent])[] = [
  [{ scheme: 'bearer' }, (secret) => ({ headers: { authorization: `Bearer ${secret}` } })],
  [{ scheme: 'header', header: 'x-hook-token' }, (secret) => ({ headers: { 'x-hook-token': secret } })],
  [{ scheme: 'header', header: 'authorization' }, (secret) => ({ headers: { authorization: secret } })],
  [{ scheme: 'basic', username: 'strata' }, (secret) => ({ headers: { authorization: basic(`strata:${secret}`) } })],
  [{ scheme: 'query', parameter: 'token' }, (secret) => ({ query: `?token=${secret}` })],
  [{ scheme: 'path' }, (secret) => ({ pathToken: secret })],
];

describe.each(STATIC)('a static secret by %j', (authentication, send) => {
  it('is decided before the body, for each active secret and no other', () => {
    for (const secret of secrets)
      expect(openSender(authentication, secrets)(headOf(send(secret)), now)).toBe('accepted');
    for (const wrong of ['old-secre', 'old-secrets', 'OLD-SECRET', '', 'x'.repeat(10_000), 'old-secret ']) {
      expect(openSender(authentication, secrets)(headOf(send(wrong)), now)).toBe('refused');
    }
    expect(openSender(authentication, secrets)(headOf({}), now)).toBe('refused');
  });

  it('is worth nothing once it is rotated out', () => {
    expect(letsIn(authentication, send('old-secret'), { active: ['new-secret'] })).toBe(false);
    expect(letsIn(authentication, send('new-secret'), { active: ['new-secret'] })).toBe(true);
  });

  it('lets nobody in with an empty secret', () => {
    expect(letsIn(authentication, send(''), { active: [''] })).toBe(false);
  });
});

describe('basic authentication', () => {
  it('keeps out another user with the right password, and what is not base64', () => {
    const authentication = { scheme: 'basic', username: 'strata' } as const;
    for (const authorization of [
      basic('other:old-secret'),
      basic('old-secret'),
      'Basic ???',
      'Basic',
      basic('strata:'),
    ]) {
      expect(letsIn(authentication, { headers: { authorization } })).toBe(false);
    }
  });
});

const hmac = (algorithm: 'sha1' | 'sha256', key: string | Buffer, text: string): string =>
  createHmac(algorithm, key).update(text).digest('hex');

type Signature = Extract<SecretAuthentication, { scheme: 'hmac' }>;
const FORMS: readonly Signature[] = [
  { scheme: 'hmac', algorithm: 'sha256', header: 'x-hub-signature-256', prefix: 'sha256=' },
  { scheme: 'hmac', algorithm: 'sha256', header: 'x-gitea-signature', prefix: '' },
  { scheme: 'hmac', algorithm: 'sha256', header: 'x-jfrog-event-auth', prefix: '' },
  { scheme: 'hmac', algorithm: 'sha1', header: 'x-nexus-webhook-signature', prefix: '' },
];

describe.each(FORMS)('a signature in $header', (authentication) => {
  const { algorithm, header, prefix } = authentication;
  const body = '{"action":"published"}';
  const signed = (secret: string, text = body): Sent => ({
    headers: { [header]: prefix + hmac(algorithm, secret, text) },
  });

  it('is the one that its inventors publish', () => {
    const text = 'The quick brown fox jumps over the lazy dog';
    const known = {
      sha256: 'f7bc83f430538424b13298e6aa6fb143ef4d59a14946175997479dbc2d1a3cd8',
      sha1: 'de7c9b85b8b78aa6bc8a7a36f70a90701c9db4d9',
    }[algorithm];
    expect(letsIn(authentication, { headers: { [header]: prefix + known } }, { body: text, active: ['key'] })).toBe(
      true,
    );
  });

  it('lets in each active secret, and none that was rotated out', () => {
    for (const secret of secrets) expect(letsIn(authentication, signed(secret), { body })).toBe(true);
    expect(letsIn(authentication, signed('old-secret'), { body, active: ['new-secret'] })).toBe(false);
  });

  it('keeps out a body that differs in one bit, and a signature that does', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), fc.nat(), fc.nat(7), (text, place, bit) => {
        const bytes = Buffer.from(text);
        const changed = Buffer.from(bytes);
        const at = place % bytes.length;
        changed[at] = (changed[at] ?? 0) ^ (1 << bit);
        const check = (given: Buffer, claimed: string): boolean => {
          const verdict = openSender(authentication, secrets)(headOf({ headers: { [header]: prefix + claimed } }), now);
          if (typeof verdict === 'string') return false;
          verdict.update(given);
          return verdict.isGiven();
        };
        const claimed = createHmac(algorithm, 'old-secret').update(bytes).digest();
        const wrong = Buffer.from(claimed);
        const wrongAt = place % wrong.length;
        wrong[wrongAt] = (wrong[wrongAt] ?? 0) ^ (1 << bit);
        expect(check(bytes, claimed.toString('hex'))).toBe(true);
        expect(check(changed, claimed.toString('hex'))).toBe(false);
        expect(check(bytes, wrong.toString('hex'))).toBe(false);
      }),
    );
  });

  it('is refused before the body when it cannot be one', () => {
    const good = hmac(algorithm, 'old-secret', body);
    const hex = ['', good.slice(1), `${good}0`, `${good} `, ` ${good}`, `${good.slice(0, -1)}g`, 'a'.repeat(10_000)];
    for (const value of [...hex.map((text) => prefix + text), `x${prefix}${good}`, `sha512=${good}`]) {
      expect(openSender(authentication, secrets)(headOf({ headers: { [header]: value } }), now)).toBe('refused');
    }
    expect(openSender(authentication, secrets)(headOf({}), now)).toBe('refused');
  });

  it('lets nobody in with an empty secret', () => {
    expect(letsIn(authentication, signed(''), { body, active: [''] })).toBe(false);
  });
});

it('never throws, whatever the head', () => {
  const all: readonly SecretAuthentication[] = [
    ...STATIC.map(([one]) => one),
    ...FORMS,
    { scheme: 'standard-webhooks' },
  ];
  const names = ['authorization', 'x-hub-signature-256', 'webhook-id', 'webhook-timestamp', 'webhook-signature'];
  const head = fc
    .record({
      headers: fc.dictionary(fc.constantFrom(...names), fc.string({ unit: 'binary' })),
      query: fc.string(),
      pathToken: fc.string(),
    })
    .map(headOf);
  fc.assert(
    fc.property(fc.constantFrom(...all), head, (authentication, found) => {
      expect(openSender(authentication, secrets)(found, now)).not.toBe('accepted');
    }),
  );
});
