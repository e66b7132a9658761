import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  aLayer,
  anArtifact,
  anAttestation,
  anImage,
  anIndex,
  manifestsOf,
  type IndexFixture,
  type ManifestFixture,
} from '@strata/oci/testing';
import { freshDatabase, type FreshDatabase } from '../testing/fresh-database.js';
import { aScene, distinctBytes, totalsOf, type Scene } from '../testing/graph-scene.js';

let database: FreshDatabase;
let scene: Scene;
let here: bigint;
beforeAll(async () => {
  database = await freshDatabase();
  scene = await aScene(database.catalog);
  here = await scene.repository('team/app');
});
afterAll(() => database.drop());
beforeEach(() => database.catalog.pool.query('TRUNCATE manifest, layer, image_config, repository_manifest CASCADE'));

const totals = (fixture: ManifestFixture) => totalsOf(database.catalog.pool, fixture);
const amd64 = anImage({ seed: 'x' });
const arm64 = anImage({ seed: 'x', platform: 'linux/arm64' });
const armV7 = anImage({ seed: 'x', platform: 'linux/arm/v7' });
const windows = anImage({ seed: 'x', platform: 'windows/amd64:10.0.20348.1' });
const nowhere = anImage({ seed: 'nowhere', platform: 'unknown/unknown' });
const half = anImage({ seed: 'half', platform: 'linux/unknown' });

describe('the platforms of an index', () => {
  const cases: readonly [string, IndexFixture, readonly ManifestFixture[], readonly string[]][] = [
    [
      'are those that it names, whether or not the children are here',
      anIndex({ entries: [amd64, arm64] }),
      [],
      ['linux/amd64', 'linux/arm64'],
    ],
    [
      'are each counted once',
      anIndex({ entries: [amd64, { manifest: arm64, platform: 'linux/amd64' }] }),
      [amd64],
      ['linux/amd64'],
    ],
    ['are canonical', anIndex({ entries: [{ manifest: arm64, platform: 'linux/aarch64/v8' }] }), [], ['linux/arm64']],
    [
      'come from the configs of its children where it says nothing',
      anIndex({
        entries: [
          { manifest: amd64, platform: null },
          { manifest: armV7, platform: null },
        ],
      }),
      [amd64, armV7],
      ['linux/amd64', 'linux/arm/v7'],
    ],
    [
      'are unknown where it says nothing and the child is not here',
      anIndex({ entries: [{ manifest: amd64, platform: null }, windows] }),
      [],
      ['windows/amd64:10.0.20348.1'],
    ],
    [
      'are those that it names although the config disagrees',
      anIndex({ entries: [{ manifest: amd64, platform: 'linux/s390x' }] }),
      [amd64],
      ['linux/s390x'],
    ],
    [
      'never come from attestations',
      anIndex({ entries: [amd64], attestations: 'classic' }),
      [amd64, anAttestation(amd64)],
      ['linux/amd64'],
    ],
    [
      'never come from attestations in their other form',
      anIndex({ entries: [amd64], attestations: 'artifact' }),
      [amd64, anAttestation(amd64, 'artifact')],
      ['linux/amd64'],
    ],
    [
      'never come from artifacts',
      anIndex({ entries: [amd64, { manifest: anArtifact(), platform: null }] }),
      [amd64, anArtifact()],
      ['linux/amd64'],
    ],
    [
      'are never unknown/unknown, although an image stands there',
      anIndex({ entries: [nowhere, { manifest: half, platform: null }] }),
      [nowhere, half],
      [],
    ],
    [
      'come from the config where the index says unknown of an image',
      anIndex({ entries: [{ manifest: arm64, platform: 'unknown/unknown' }] }),
      [arm64],
      ['linux/arm64'],
    ],
    ['are none for an empty index', anIndex({ entries: [] }), [], []],
  ];
  it.each(cases)('%s', async (_, index, children, expected) => {
    await scene.write(here, index, ...children);
    expect((await totals(index)).platforms).toEqual(expected);
  });

  const inner = anIndex({ entries: [arm64, { manifest: armV7, platform: null }], attestations: 'classic' });
  const middle = anIndex({ entries: [inner, windows] });
  const outer = anIndex({ entries: [amd64, middle] });
  const all = manifestsOf(outer);
  const expected = {
    platforms: ['linux/amd64', 'linux/arm/v7', 'linux/arm64', 'windows/amd64:10.0.20348.1'],
    totalBytes: distinctBytes(amd64, arm64, armV7, windows),
  };

  it.each([
    ['children first', all],
    ['indexes first', all.toReversed()],
    ['in the middle first', [middle, arm64, outer, inner, amd64, windows, armV7, ...all]],
  ])('are counted through indexes in it, %s', async (_, order) => {
    for (const manifest of order) await scene.write(here, manifest);
    expect(await totals(outer)).toEqual(expected);
    expect((await totals(inner)).platforms).toEqual(['linux/arm/v7', 'linux/arm64']);
  });
});

describe('the bytes of an index', () => {
  it('are those of its distinct layers, however many of its images share them', async () => {
    const shared = [aLayer('shared'), aLayer('also shared')];
    const [one, two] = [
      anImage({ layers: [...shared, aLayer('one')] }),
      anImage({ layers: [...shared, aLayer('two')], platform: 'linux/arm64' }),
    ];
    const index = anIndex({ entries: [one, two], attestations: 'classic' });
    await scene.write(here, ...manifestsOf(index));
    expect((await totals(index)).totalBytes).toBe(distinctBytes(one, two));
  });

  it('are zero until a child is here, and only those of the children that are', async () => {
    const index = anIndex({ entries: [amd64, arm64] });
    await scene.write(here, index);
    expect((await totals(index)).totalBytes).toBe(0n);
    await scene.write(here, arm64);
    expect((await totals(index)).totalBytes).toBe(distinctBytes(arm64));
  });

  it('are settled in every index that lists the child, wherever it was pushed', async () => {
    const elsewhere = await scene.repository('other/app');
    const [one, two] = [anIndex({ entries: [amd64] }), anIndex({ entries: [amd64, arm64] })];
    await scene.write(here, one);
    await scene.write(elsewhere, two);
    await scene.write(elsewhere, amd64);
    expect([(await totals(one)).totalBytes, (await totals(two)).totalBytes]).toEqual([
      distinctBytes(amd64),
      distinctBytes(amd64),
    ]);
  });
});
