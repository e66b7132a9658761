import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { formatPlatformName } from '../platform/platform-name.js';
import { platformOf } from '../testing/platform-of.js';
import { pairPlatforms } from './pair-platforms.js';

const side = (names: readonly string[]) =>
  names.map((name, position) => ({ platform: platformOf(name), item: `${name}#${position}` }));
const names = (items: readonly { readonly item: string }[]): string[] => items.map(({ item }) => item);

describe('pairPlatforms', () => {
  it.each<[string, string[], string[], string[], string[], string[]]>([
    [
      'equal platforms',
      ['linux/amd64', 'linux/arm64'],
      ['linux/arm64', 'linux/amd64'],
      ['linux/amd64#0 linux/amd64#1', 'linux/arm64#1 linux/arm64#0'],
      [],
      [],
    ],
    ['spellings of one platform', ['linux/arm64/v8'], ['linux/aarch64'], ['linux/arm64/v8#0 linux/aarch64#0'], [], []],
    ['variants never', ['linux/arm/v6'], ['linux/arm/v7'], [], ['linux/arm/v6#0'], ['linux/arm/v7#0']],
    ['the first of several', ['linux/amd64', 'linux/amd64'], ['linux/amd64'], ['linux/amd64#0 linux/amd64#0'], [], []],
    [
      'Windows images of one build, after equal ones',
      ['windows/amd64:10.0.17763.1', 'windows/amd64:10.0.17763.2', 'windows/amd64:10.0.20348.1'],
      ['windows/amd64:10.0.17763.2', 'windows/amd64:10.0.17763.3', 'windows/amd64:10.0.26100.1'],
      [
        'windows/amd64:10.0.17763.2#1 windows/amd64:10.0.17763.2#0',
        'windows/amd64:10.0.17763.1#0 windows/amd64:10.0.17763.3#1',
      ],
      ['windows/amd64:10.0.20348.1#2'],
      ['windows/amd64:10.0.26100.1#2'],
    ],
    ['nothing with nothing', [], [], [], [], []],
  ])('pairs %s', (_, left, right, both, onlyLeft, onlyRight) => {
    const found = pairPlatforms(side(left), side(right));
    expect(found.both.map((pair) => `${pair.left} ${pair.right}`)).toEqual(both);
    expect([names(found.onlyLeft), names(found.onlyRight)]).toEqual([onlyLeft, onlyRight]);
  });

  it('tells every platform of either side once', () => {
    const anySide = fc.array(
      fc.constantFrom('linux/amd64', 'linux/arm64', 'windows/amd64:10.0.17763.1', 'windows/amd64:10.0.17763.2'),
    );
    fc.assert(
      fc.property(anySide, anySide, (left, right) => {
        const { both, onlyLeft, onlyRight } = pairPlatforms(side(left), side(right));
        const distinct = (found: readonly string[]) => [...new Set(found)].sort();
        const lefts = [...both.map((pair) => pair.left), ...names(onlyLeft)].map((item) => item.split('#')[0] ?? '');
        expect(lefts.sort()).toEqual(distinct(left));
        expect(both.length + onlyRight.length).toBe(distinct(right).length);
        for (const { platform } of onlyRight) expect(left).not.toContain(formatPlatformName(platform));
      }),
    );
  });
});
