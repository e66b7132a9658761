import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { aLayer, anImage } from '@strata/oci/testing';
import { findDerivedImages } from '../image/find-derived-images.js';
import { findBaseImages } from '../image/find-base-images.js';
import { countImages, findImages } from '../image/find-images.js';
import { freshDatabase, type FreshDatabase } from '../testing/fresh-database.js';
import { aScene } from '../testing/graph-scene.js';
import { toWrite } from '../testing/to-write.js';

const base = anImage({ seed: 'base' });
const derived = anImage({ seed: 'derived', base, layers: [aLayer('on top')] });

let db: FreshDatabase;
beforeAll(async () => {
  db = await freshDatabase();
  const scene = await aScene(db.catalog);
  const here = await scene.repository('team/app');
  const withoutConfig = toWrite(derived);
  if (withoutConfig.status === 'invalid') throw new Error('the image was to be valid');
  await scene.write(here, base, { ...withoutConfig, config: null });
});
afterAll(() => db.drop());

it('an image whose config nobody has is still known to be built on its base, by the bytes of its layers', async () => {
  const { pool } = db.catalog;
  const query = { where: { derivedFrom: base.digest }, scope: { kind: 'everywhere' } } as const;
  expect(await countImages(pool, query)).toEqual([2]);
  const [page] = await findImages(pool, { ...query, orderBy: 'size-desc', first: 10 });
  const [larger, smaller] = page?.rows.map(({ row }) => row) ?? [];
  expect([larger?.digest, smaller?.digest]).toEqual([derived.digest, base.digest]);
  const [bases] = await findBaseImages(pool, { imageIds: [larger?.id ?? 0n], first: 10 });
  expect(bases?.rows.map(({ row }) => row.image.digest)).toEqual([base.digest]);
  const [built] = await findDerivedImages(pool, { imageIds: [smaller?.id ?? 0n], first: 10 });
  expect(built?.rows.map(({ row }) => row.digest)).toEqual([derived.digest]);
});
