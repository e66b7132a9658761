import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseDigest } from '../digest.js';
import { readCompanionTag, referrersTag } from './companion-tag.js';

const HEX = 'a'.repeat(64);
const DIGEST = `sha256:${HEX}`;

describe('the tags that tools write beside images', () => {
  it.each([
    [`sha256-${HEX}.sig`, 'signature'],
    [`sha256-${HEX}.att`, 'attestation'],
    [`sha256-${HEX}.sbom`, 'sbom'],
    [`sha256-${HEX}`, 'referrers'],
  ])('say what they are about: %s', (tag, kind) => {
    expect(readCompanionTag(tag)).toEqual({ kind, algorithm: 'sha256', hexPrefix: HEX, subject: DIGEST });
  });

  it('name only half of a sha512', () => {
    expect(readCompanionTag(`sha512-${HEX}`)).toEqual({
      kind: 'referrers',
      algorithm: 'sha512',
      hexPrefix: HEX,
      subject: null,
    });
  });

  it('may belong to another tag', () => {
    expect(readCompanionTag('3.19-esgztoc')).toEqual({ kind: 'toc', imageTag: '3.19' });
  });

  it.each([
    'latest',
    '',
    '-esgztoc',
    `sha256-${HEX.slice(1)}`,
    `sha256-${HEX}a`,
    `sha256-${HEX.toUpperCase()}`,
    `sha256-${HEX}.sigs`,
    `sha256-${HEX}.sig\n`,
    `sha512-${HEX}.sig`,
    `sha384-${HEX}`,
    `x-sha256-${HEX}`,
    `sha256:${HEX}`,
  ])('are told from those that somebody has chosen: %j', (tag) => {
    expect(readCompanionTag(tag)).toBeNull();
  });

  it.each([
    [DIGEST, `sha256-${HEX}`],
    [`sha512:${'a'.repeat(128)}`, `sha512-${HEX}`],
  ])('list the referrers of %s', (digest, tag) => {
    expect(referrersTag(parseDigest(digest))).toBe(tag);
  });

  it('are read as they were written', () => {
    const hex = (length: number) =>
      fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: length, maxLength: length });
    fc.assert(
      fc.property(
        fc.oneof(
          hex(64).map((one) => `sha256:${one}`),
          hex(128).map((one) => `sha512:${one}`),
        ),
        (text) => {
          const read = readCompanionTag(referrersTag(parseDigest(text)));
          expect(read?.kind === 'referrers' && text.startsWith(`${read.algorithm}:${read.hexPrefix}`)).toBe(true);
        },
      ),
    );
  });
});
