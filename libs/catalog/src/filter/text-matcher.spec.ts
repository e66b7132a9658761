import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { textFilterOf } from './testing/any-filter.js';
import { textMatches } from './testing/tag-matches.js';
import type { TextFilter } from './text-filter.js';
import { textMatcher } from './text-matcher.js';

const WORDS = ['app', 'team/app', 'team/web/api', 'te_m/we%b', 'a\nb', 'é/ü', '', 'v1.0-arm64'];

describe('a text filter that is decided in the process', () => {
  it('means what a plain look means by it', () => {
    const decides = fc.property(textFilterOf(WORDS), fc.constantFrom(...WORDS), (filter, text) => {
      expect(textMatcher(filter)(text)).toBe(textMatches(text, filter));
    });
    fc.assert(decides, { numRuns: 5_000 });
  });

  it.each([
    ['team/*', 'team/app', true],
    ['team/*', 'team/web/api', false],
    ['team/**', 'team/web/api', true],
    ['t**i', 'team/web/api', true],
    ['te?m', 'te/m', false],
    ['te?m', 'team', true],
    ['[^/]', 'a', false],
    ['', '', true],
  ])('a glob: %j and %j', (glob, text, expected) => {
    expect(textMatcher({ glob })(text)).toBe(expected);
  });

  it('does not take longer for many stars than their number says', () => {
    expect(textMatcher({ glob: '**a'.repeat(30) + 'b' })('a'.repeat(5_000))).toBe(false);
  });
});

describe('a text', () => {
  it.each<[TextFilter, string, boolean]>([
    [{}, 'any/thing', true],
    [{ glob: 'team/*' }, 'team/app', true],
    [{ glob: 'team/*' }, 'team/app/deep', false],
    [{ glob: 'team/*' }, 'Team/app', false],
    [{ startsWith: 'team/', not: { eq: 'team/secret' } }, 'team/secret', false],
    [{ in: [] }, 'team/app', false],
    [{ eq: "x' OR TRUE --" }, 'team/app', false],
  ])('%j of %s: %s', (filter, text, expected) => {
    expect(textMatcher(filter)(text)).toBe(expected);
  });
});
