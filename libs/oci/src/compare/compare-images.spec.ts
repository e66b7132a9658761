import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseDigest, type Digest } from '../digest.js';
import { ManifestError } from '../manifest/manifest-error.js';
import { anImage } from '../testing.js';
import type { ImageFixture } from '../testing/fixture.js';
import { compareImages, type ComparableImage } from './compare-images.js';
import { compareLayers, type ComparableLayer } from './compare-layers.js';

const of = (digit: string): Digest => parseDigest(`sha256:${digit.repeat(64)}`);
/** A digit is a layer of as many bytes. */
const stack = (digits: string): readonly ComparableLayer[] =>
  [...digits].map((digit) => ({ digest: of(digit), sizeBytes: Number(digit) }));
const digit = ({ digest }: ComparableLayer): string => digest.slice(-1);

const comparable = (image: ImageFixture): ComparableImage => ({
  digest: image.digest,
  layers: image.layers.map(({ digest, bytes }) => ({ digest, sizeBytes: bytes.length })),
  config: image.config.bytes,
});

describe('compareLayers', () => {
  it.each([
    ['123', '123', '1@0-0 2@1-1 3@2-2', '', '', 6, 3],
    ['123', '124', '1@0-0 2@1-1', '3@2', '4@2', 3, 2],
    ['123', '45', '', '1@0 2@1 3@2', '4@0 5@1', 0, 0],
    ['12', '21', '1@0-1 2@1-0', '', '', 3, 0],
    ['12', '412', '1@0-1 2@1-2', '', '4@0', 3, 0],
    ['1121', '11', '1@0-0 1@1-1', '2@2 1@3', '', 1, 2],
    ['1', '111', '1@0-0', '', '1@1 1@2', 1, 1],
    ['', '1', '', '', '1@0', 0, 0],
    ['', '', '', '', '', 0, 0],
  ])(
    '%s and %s share "%s"; only left "%s", only right "%s"',
    (left, right, shared, onlyLeft, onlyRight, bytes, prefix) => {
      const found = compareLayers(stack(left), stack(right));
      const where = (layers: typeof found.onlyLeft) =>
        layers.map((at) => `${digit(at.layer)}@${at.position}`).join(' ');
      expect(found.shared.map((at) => `${digit(at.layer)}@${at.leftPosition}-${at.rightPosition}`).join(' ')).toBe(
        shared,
      );
      expect([where(found.onlyLeft), where(found.onlyRight)]).toEqual([onlyLeft, onlyRight]);
      expect([found.sharedBytes, found.sharedPrefix]).toEqual([bytes, prefix]);
    },
  );

  it('names every position of both sides once, and mirrors when the sides are swapped', () => {
    const layers = fc.array(fc.constantFrom(...'1234'), { maxLength: 12 }).map((digits) => stack(digits.join('')));
    fc.assert(
      fc.property(layers, layers, (left, right) => {
        const found = compareLayers(left, right);
        const mirrored = compareLayers(right, left);
        const sorted = (positions: readonly number[]) => [...positions].sort((one, other) => one - other);
        const leftPositions = [
          ...found.shared.map((at) => at.leftPosition),
          ...found.onlyLeft.map((at) => at.position),
        ];
        expect(sorted(leftPositions)).toEqual([...left.keys()]);
        expect(mirrored.onlyLeft).toEqual(found.onlyRight);
        expect(mirrored.sharedBytes).toBe(found.sharedBytes);
        expect(mirrored.shared.length).toBe(found.shared.length);
      }),
    );
  });

  it('counts a layer of unknown size as nothing', () => {
    const layers = [{ digest: of('1'), sizeBytes: null }];
    expect(compareLayers(layers, layers).sharedBytes).toBe(0);
  });
});

describe('compareImages', () => {
  const base = anImage({ seed: 'base' });
  const image = anImage({ seed: 'app', base, labels: { team: 'web' } });

  it('finds nothing between an image and itself, even without its config', () => {
    const found = compareImages(comparable(image), { ...comparable(image), config: null });
    expect(found).toMatchObject({
      identical: true,
      sameFilesystem: true,
      configChanges: [],
      onlyLeft: [],
      onlyRight: [],
    });
    expect(found.shared).toHaveLength(4);
  });

  it('tells two formats of one image apart, and that they unpack to the same files', () => {
    const docker = anImage({ seed: 'app', base, labels: { team: 'web' }, format: 'docker' });
    expect(compareImages(comparable(image), comparable(docker))).toMatchObject({
      identical: false,
      sameFilesystem: true,
      configChanges: [],
      sharedPrefix: 4,
    });
  });

  it('tells what a new build upon the same base shares and changes', () => {
    const next = anImage({ seed: 'next', base, labels: { team: 'api' } });
    const found = compareImages(comparable(image), comparable(next));
    expect(found).toMatchObject({ identical: false, sameFilesystem: false, sharedPrefix: 2 });
    expect(found.sharedBytes).toBe(base.layers.reduce((sum, { bytes }) => sum + bytes.length, 0));
    expect(found.onlyLeft.map(({ position }) => position)).toEqual([2, 3]);
    expect(found.configChanges).toContainEqual({ field: 'config.Labels.team', left: 'web', right: 'api' });
  });

  it('claims nothing about files and settings where a config is missing', () => {
    const found = compareImages(comparable(image), { ...comparable(base), config: null });
    expect(found).toMatchObject({ sameFilesystem: false, configChanges: [], sharedPrefix: 2 });
  });

  it('refuses a config that is none with the declared error', () => {
    const broken = { ...comparable(base), config: Buffer.from('[]') };
    expect(() => compareImages(comparable(image), broken)).toThrow(ManifestError);
  });
});
