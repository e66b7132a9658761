import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { SigningKeyError, generateSigningKeys, signBytes, signingKeyId, verifySignature } from './signature.js';

const folder = mkdtempSync(join(tmpdir(), 'strata-signature-'));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, content: string | Uint8Array): string {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
}

function opensslTakes(bytes: Uint8Array, signature: Uint8Array, publicPem: string): boolean {
  const args = ['-pubin', '-inkey', file('key.pub.pem', publicPem), '-rawin', '-in', file('report', bytes)];
  const { status } = spawnSync('openssl', ['pkeyutl', '-verify', ...args, '-sigfile', file('report.sig', signature)]);
  return status === 0;
}

const report = Buffer.from('{"report":"policies"}');
const flipped = Buffer.from(report).fill('q', 12, 13);

describe('a signature', () => {
  it.each([
    ['of our own key', () => generateSigningKeys()],
    [
      'of a key that openssl made',
      () => {
        const path = file('openssl.pem', execFileSync('openssl', ['genpkey', '-algorithm', 'ed25519']));
        const publicPem = execFileSync('openssl', ['pkey', '-in', path, '-pubout']).toString();
        return { privatePem: execFileSync('openssl', ['pkey', '-in', path]).toString(), publicPem };
      },
    ],
  ])('%s is taken by us and by openssl, and one flipped bit of the bytes or of it by neither', (_, keys) => {
    const { privatePem, publicPem } = keys();
    const { bytes: signature, keyId } = signBytes(report, privatePem);
    const broken = Uint8Array.from(signature, (byte, index) => (index === 5 ? byte ^ 1 : byte));
    const takes = (bytes: Uint8Array, given: Uint8Array) => [
      verifySignature(bytes, given, publicPem),
      opensslTakes(bytes, given, publicPem),
    ];
    expect(takes(report, signature)).toEqual([true, true]);
    expect(takes(flipped, signature)).toEqual([false, false]);
    expect(takes(report, broken)).toEqual([false, false]);
    expect([signingKeyId(publicPem), signingKeyId(privatePem)]).toEqual([keyId, keyId]);
  });

  it('is not taken for that of another key', () => {
    const { bytes } = signBytes(report, generateSigningKeys().privatePem);
    expect(verifySignature(report, bytes, generateSigningKeys().publicPem)).toBe(false);
    expect(verifySignature(report, bytes.subarray(1), generateSigningKeys().publicPem)).toBe(false);
  });

  it.each(['', 'no key', execFileSync('openssl', ['genpkey', '-algorithm', 'x25519']).toString()])(
    'is refused for what is no such key, which the error does not show',
    (pem) => {
      expect(() => signBytes(report, pem)).toThrow(new SigningKeyError('this is no Ed25519 private key in PEM'));
      expect(() => signingKeyId(pem)).toThrow(new SigningKeyError('this is no Ed25519 public key in PEM'));
    },
  );
});
