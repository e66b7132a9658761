import { describe, expect, it } from '@jest/globals';
import { chainIds } from './chain-ids.js';
import { digestOf, parseDigest } from '../digest.js';

const of = (digit: string) => parseDigest(`sha256:${digit.repeat(64)}`);

describe('chainIds', () => {
  it('gives the ChainIDs of the specification', () => {
    expect(chainIds([of('a'), of('b'), of('c')])).toEqual([
      of('a'),
      'sha256:ccd722928bd92476ba1745586fed6e45a102504185ad88cd89e01ff116fd146c',
      'sha256:c1377126441fb2f5ec2c21ae2a60255331d639e830f0ee1b40a36e52d4c40588',
    ]);
  });

  it('gives nothing for no layers', () => {
    expect(chainIds([])).toEqual([]);
  });

  it('keeps a chain apart from the same layers in another order, and a repeated layer apart from one', () => {
    const last = (...digits: string[]) => chainIds(digits.map(of)).at(-1);
    expect(new Set([last('a', 'b'), last('b', 'a'), last('a'), last('a', 'a')]).size).toBe(4);
  });

  it('gives each prefix the chain that it has alone', () => {
    const digests = ['1', '2', '3', '4'].map(of);
    const chains = chainIds(digests);
    digests.forEach((_, index) => expect(chainIds(digests.slice(0, index + 1)).at(-1)).toBe(chains[index]));
  });

  it('chains sha512 digests into sha256 ones', () => {
    const wide = digestOf(Buffer.from('x'), 'sha512');
    expect(chainIds([wide, wide])).toEqual([wide, digestOf(Buffer.from(`${wide} ${wide}`))]);
  });
});
