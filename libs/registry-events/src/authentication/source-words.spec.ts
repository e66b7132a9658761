import { describe, expect, it } from '@jest/globals';
import { dialectNames, dialectOf } from '../dialects.js';
import { authenticationWords } from './authentication.js';
import { sourceWords } from './source-words.js';

const whsec = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const settle = (dialect: (typeof dialectNames)[number], said: unknown, secrets: readonly string[] = ['s3cret']) =>
  sourceWords.settle({
    dialect,
    authentication: said === undefined ? undefined : authenticationWords.parse(said),
    secrets,
  });

describe('the authentication of a source', () => {
  it.each(dialectNames)('of %s is a usual one that it can do, or has to be said', (name) => {
    const { usual, schemes } = dialectOf(name).authentication;
    if (usual === null) expect(settle(name, undefined)).toMatchObject({ ok: false, path: ['authentication'] });
    else expect([...schemes, 'path', 'query']).toContain(usual.scheme);
  });

  it.each(dialectNames)('of %s can always stand in the address', (name) => {
    expect(settle(name, { scheme: 'path' })).toMatchObject({ ok: true });
    expect(settle(name, { scheme: 'query' })).toEqual({
      ok: true,
      authentication: { scheme: 'query', parameter: 'token' },
    });
  });

  it.each([
    ['a scheme that the sender does not know', 'quay', { scheme: 'bearer' }, ['s'], ['authentication', 'scheme']],
    ['no secret', 'distribution', undefined, [], ['secrets']],
    ['a secret that a path cannot hold', 'quay', undefined, ['good', 'a/b'], ['secrets', 1]],
  ] as const)('is refused with %s, and where', (_title, dialect, said, secrets, path) => {
    expect(settle(dialect, said, secrets)).toMatchObject({ ok: false, path });
  });
});

describe('the words for it', () => {
  it.each([
    { scheme: 'header', header: 'X-Upper' },
    { scheme: 'header', header: 'a b' },
    { scheme: 'basic', username: 'a:b' },
    { scheme: 'hmac', algorithm: 'md5', header: 'x' },
    { scheme: 'oidc', issuer: 'http://accounts.example', audience: 'a' },
    { scheme: 'oidc', issuer: 'https://accounts.example/', audience: 'a' },
    { scheme: 'oidc', issuer: 'https://accounts.example?x', audience: 'a' },
    { scheme: 'oidc', issuer: 'https://accounts.example' },
    { scheme: 'path', token: 'x' },
    { scheme: 'none' },
  ])('do not take %j', (said) => {
    expect(authenticationWords.safeParse(said).success).toBe(false);
  });

  it('take Standard Webhooks only with a key of its form, from a sender that can sign so', () => {
    const signing = dialectNames.find((name) => dialectOf(name).authentication.schemes.includes('standard-webhooks'));
    if (signing === undefined) return;
    expect(settle(signing, { scheme: 'standard-webhooks' }, [whsec])).toMatchObject({ ok: true });
    expect(settle(signing, { scheme: 'standard-webhooks' }, ['plain'])).toMatchObject({ path: ['secrets', 0] });
  });
});
