import { expect, it } from '@jest/globals';
import { parseManifest } from '../manifest/parse-manifest.js';
import { aLayer, anImage } from '../testing.js';
import { checkConfigFits } from './check-config-fits.js';
import { parseImageConfig } from './parse-image-config.js';

const check = (layers: number, diffIds: number) => {
  const { bytes } = anImage({ layers: Array.from({ length: layers }, (_, position) => aLayer(String(position))) });
  const manifest = parseManifest(bytes, { contentType: null });
  if (manifest.kind !== 'image') throw new Error(`this is of kind ${manifest.kind}`);
  return checkConfigFits(manifest, parseImageConfig(anImage({ layers: diffIds }).config.bytes));
};

it('finds nothing when a config has one diff_id for each layer', () => {
  expect([check(0, 0), check(3, 3)]).toEqual([[], []]);
});

it.each([
  [2, 3],
  [3, 2],
  [0, 1],
])('says that %d layers do not fit %d diff_ids', (layers, diffIds) => {
  const message = `the config has ${diffIds} diff_ids, and the image ${layers} layers`;
  expect(check(layers, diffIds)).toEqual([{ code: 'COUNT', message, path: '$.rootfs.diff_ids' }]);
});
