import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { parseManifest } from '../manifest/parse-manifest.js';
import { aSchema1Image, type Signer } from '../testing.js';
import type { Schema1Signature } from './verify-signatures.js';

const ec = (namedCurve: string): KeyObject => generateKeyPairSync('ec', { namedCurve }).privateKey;
const rsa = (modulusLength: number): KeyObject => generateKeyPairSync('rsa', { modulusLength }).privateKey;
const KEYS: Readonly<Record<string, KeyObject>> = {
  ES256: ec('P-256'),
  ES384: ec('P-384'),
  ES512: ec('P-521'),
  RS256: rsa(2048),
  RS384: rsa(2048),
  RS512: rsa(2048),
};
const signer = (algorithm: string, header?: Signer['header']): Signer => {
  const privateKey = KEYS[algorithm] ?? ec('P-256');
  return { privateKey, algorithm, ...(header && { header }) };
};
const jwkOf = (key: KeyObject | undefined) => createPublicKey(key!).export({ format: 'jwk' });

function signatureOf(bytes: Uint8Array): Schema1Signature | null {
  const manifest = parseManifest(bytes, { contentType: null });
  return manifest.kind === 'schema1' ? manifest.signature : null;
}
const signedBy = (...signers: Signer[]) => signatureOf(aSchema1Image({ signedBy: signers }).bytes);

/** Signed once by the key of a certificate (ES256, `x5c`), which nobody has any more. */
const RECORDED = readFileSync(new URL('fixtures/signed-by-certificate.prettyjws', import.meta.url));

describe('the signatures of schema 1', () => {
  it.each(Object.keys(KEYS))('are verified with the key that stands beside them: %s', (algorithm) => {
    expect(signedBy(signer(algorithm))).toEqual({
      state: 'verified',
      keys: [{ algorithm, keyId: expect.stringMatching(/^(?:[A-Z2-7]{4}:){11}[A-Z2-7]{4}$/) }],
    });
  });

  it('are verified with the key of the certificate where there is a chain', () => {
    expect(signatureOf(RECORDED)).toMatchObject({ state: 'verified', keys: [{ algorithm: 'ES256' }] });
  });

  it('name the key as Docker does', () => {
    const jwk = {
      kty: 'EC',
      crv: 'P-256',
      kid: 'OZ45:U3IG:TDOI:PMBD:NGP2:LDIW:II2U:PSBI:MMCZ:YZUP:TUUO:XPZT',
      x: 'ReC5c0J9tgXSdUL4_xzEt5RsD8kFt2wWSgJcpAcOQx8',
      y: '3sBGEqQ3ZMeqPKwQBAadN2toOUEASha18xa0WwsDF-M',
    };
    const other = { ...jwk, kid: jwk.kid.replace('OZ45', 'OZ44') };
    // another key has signed here, so the best that a true id can lead to is a wrong signature
    expect(signedBy(signer('ES256', { alg: 'ES256', jwk }))).toEqual({ state: 'invalid', reason: 'wrong signature' });
    expect(signedBy(signer('ES256', { alg: 'ES256', jwk: other }))).toEqual({
      state: 'invalid',
      reason: 'the key has another id',
    });
  });

  it('are verified only when all are', () => {
    const [right, wrong] = [signer('ES256'), signer('RS256', { alg: 'RS256', jwk: jwkOf(rsa(2048)) })];
    const unknown = signer('ES384', { alg: 'HS256', jwk: jwkOf(KEYS['ES384']) });
    expect(signedBy(right, signer('RS256'))).toMatchObject({ state: 'verified', keys: [{}, {}] });
    expect(signedBy(right, unknown)).toMatchObject({ state: 'unverified' });
    expect(signedBy(right, unknown, wrong)).toMatchObject({ state: 'invalid' });
  });

  it.each<[string, Record<string, unknown>, string]>([
    ['nothing', {}, 'unknown algorithm'],
    ['no key', { alg: 'ES256' }, 'no key'],
    ['a key that is none', { alg: 'ES256', jwk: { kty: 'EC', crv: 'P-256', x: 'AA', y: 'AA' } }, 'unusable key'],
    [
      'a key of many megabytes',
      { alg: 'RS256', jwk: { kty: 'RSA', n: 'A'.repeat(100_000), e: 'AQAB' } },
      'unusable key',
    ],
    ['a key of another kind', { alg: 'ES256', jwk: jwkOf(KEYS['RS256']) }, 'unusable key'],
    ['a key on another curve', { alg: 'ES256', jwk: jwkOf(KEYS['ES384']) }, 'unusable key'],
    ['a certificate that is none', { alg: 'ES256', x5c: ['AAAA'], jwk: jwkOf(KEYS['ES256']) }, 'unusable key'],
    ['a secret key, which anybody could name', { alg: 'HS256', jwk: { kty: 'oct', k: 'AAAA' } }, 'unknown algorithm'],
    ['no algorithm, which signs nothing', { alg: 'none' }, 'unknown algorithm'],
    ['an algorithm of another object', { alg: 'toString' }, 'unknown algorithm'],
  ])('prove nothing with %s', (_, header, reason) => {
    expect(signedBy(signer('ES256', header))).toEqual({ state: 'unverified', reason });
  });

  it('prove nothing when key and algorithm do not belong together, however right they are', () => {
    const odd = { privateKey: KEYS['ES384']!, algorithm: 'ES256' };
    expect(signedBy(odd)).toEqual({ state: 'unverified', reason: 'unusable key' });
  });

  it('are wrong when one bit of the signed part is', () => {
    const { bytes } = aSchema1Image({ signedBy: [signer('ES256')] });
    const changed = Buffer.from(Buffer.from(bytes).toString().replace('"v1"', '"v2"'));
    expect(signatureOf(changed)).toEqual({ state: 'invalid', reason: 'wrong signature' });
    expect(parseManifest(changed, { contentType: null }).warnings).toMatchObject([
      { code: 'SIGNATURE', path: '$.signatures' },
    ]);
  });

  it('are none where there is none', () => {
    expect(signatureOf(aSchema1Image().bytes)).toEqual({ state: 'unverified', reason: 'no signatures' });
    expect(signatureOf(aSchema1Image({ manifest: { signatures: [] } }).bytes)).toMatchObject({ state: 'unverified' });
  });
});
