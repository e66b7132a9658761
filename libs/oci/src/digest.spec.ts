import { describe, expect, it } from '@jest/globals';
import { DigestError, algorithmOf, digestOf, isDigest, parseDigest } from './digest.js';

const EMPTY_JSON = 'sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a';

describe('digest', () => {
  it('gives the published digest of the empty JSON object', () => {
    expect(digestOf(Buffer.from('{}'))).toBe(EMPTY_JSON);
  });

  it('names the algorithm of what it made, for both registered algorithms', () => {
    for (const algorithm of ['sha256', 'sha512'] as const) {
      expect(algorithmOf(digestOf(Buffer.from('x'), algorithm))).toBe(algorithm);
    }
  });

  it.each([
    ['a path', 'sha256:../../x'],
    ['upper-case hex', EMPTY_JSON.toUpperCase().replace('SHA256', 'sha256')],
    ['63 digits', EMPTY_JSON.slice(0, -1)],
    ['65 digits', `${EMPTY_JSON}0`],
    ['an unregistered algorithm', 'md5:d41d8cd98f00b204e9800998ecf8427e'],
    ['a newline after it', `${EMPTY_JSON}\n`],
    ['nothing', ''],
  ])('refuses %s', (_, text) => {
    expect(isDigest(text)).toBe(false);
    expect(() => parseDigest(text)).toThrow(DigestError);
  });
});
