import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseImageConfig } from '../config/parse-image-config.js';
import { parseDigest, type Digest } from '../digest.js';
import { anImage } from '../testing.js';
import { chainIds } from './chain-ids.js';
import { sameFilesystem } from './same-filesystem.js';
import { isBasedOn, sharedPrefixLength } from './shared-prefix.js';

const of = (digit: string): Digest => parseDigest(`sha256:${digit.repeat(64)}`);
const layers = (digits: string): readonly Digest[] => [...digits].map(of);

describe('sameFilesystem', () => {
  const image = anImage({ seed: 'a' });
  const config = (fixture: typeof image) => parseImageConfig(fixture.config.bytes);

  it('sees through the format and the compression that layers are stored in', () => {
    const docker = anImage({ seed: 'a', format: 'docker' });
    const recompressed = image.layers.map((layer) => ({ ...layer, digest: of('9'), bytes: Buffer.from('zstd') }));
    expect(docker.digest).not.toBe(image.digest);
    expect(sameFilesystem(config(image), config(docker))).toBe(true);
    expect(sameFilesystem(config(image), config(anImage({ seed: 'a', layers: recompressed })))).toBe(true);
  });

  it.each([
    ['one layer more', '12', '123', false],
    ['one layer less', '12', '1', false],
    ['another order', '12', '21', false],
    ['a repeated layer', '12', '112', false],
    ['no layers on both sides', '', '', true],
    ['the same layers', '12', '12', true],
  ])('%s: %s and %s are the same: %s', (_, left, right, expected) => {
    expect(sameFilesystem({ diffIds: layers(left) }, { diffIds: layers(right) })).toBe(expected);
  });

  it('claims nothing without a config', () => {
    expect([sameFilesystem(null, config(image)), sameFilesystem(null, null)]).toEqual([false, false]);
  });
});

const stack = fc.array(fc.constantFrom('1', '2', '3'), { maxLength: 5 }).map((digits) => layers(digits.join('')));

describe('sharedPrefixLength', () => {
  it('is how far the chains of two images are equal', () => {
    fc.assert(
      fc.property(stack, stack, (left, right) => {
        const [one, other] = [chainIds(left), chainIds(right)];
        const equal = one.filter((chain, position) => chain === other[position]).length;
        expect(sharedPrefixLength(left, right)).toBe(equal);
        expect(sharedPrefixLength(right, left)).toBe(equal);
      }),
    );
  });
});

describe('isBasedOn', () => {
  it.each([
    ['123', '12', true],
    ['12', '12', false],
    ['12', '123', false],
    ['132', '12', false],
    ['12', '', false],
  ])('layers %s upon %s: %s', (image, base, expected) => {
    expect(isBasedOn(layers(image), layers(base))).toBe(expected);
  });
});
