import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { anImage } from '@strata/oci/testing';
import { freshDatabase, type FreshDatabase } from '../testing/fresh-database.js';
import { SEEN_AT, aScene, type Scene } from '../testing/graph-scene.js';
import { closePlacements, readPlacementVersion } from './close-placement.js';

let database: FreshDatabase;
let scene: Scene;
let here: bigint;
beforeAll(async () => {
  database = await freshDatabase();
  scene = await aScene(database.catalog);
  here = await scene.repository('team/app');
});
afterAll(() => database.drop());
beforeEach(async () => {
  await query('TRUNCATE manifest, layer, image_config, repository_manifest CASCADE');
  await scene.write(here, image);
});

const image = anImage();
const { digest } = image;

async function query(text: string): Promise<readonly object[]> {
  return (await database.catalog.pool.query<object>(text)).rows;
}
const versionNow = () => readPlacementVersion(database.catalog.pool, here, digest);
const close = (version: string) =>
  closePlacements(database.catalog.pool, [{ repositoryId: here, digest, version }], SEEN_AT);
const goneAt = () => query('SELECT gone_at FROM repository_manifest');

describe('a manifest that its registry no longer has', () => {
  it('is held no longer, in this repository only', async () => {
    await scene.write(await scene.repository('other/app'), image);
    await close((await versionNow()) ?? '');
    expect(
      await query('SELECT name, gone_at FROM repository_manifest JOIN repository ON id = repository_id ORDER BY 1'),
    ).toEqual([
      { name: 'other/app', gone_at: null },
      { name: 'team/app', gone_at: SEEN_AT },
    ]);
    expect(await versionNow()).toBeNull();
  });

  it('stays held when it was placed again since the registry was asked', async () => {
    const version = (await versionNow()) ?? '';
    await query('UPDATE repository_manifest SET gone_at = now()');
    await scene.write(here, image);
    await close(version);
    expect(await goneAt()).toEqual([{ gone_at: null }]);
  });

  it('keeps the moment at which it went', async () => {
    const version = (await versionNow()) ?? '';
    await close(version);
    await closePlacements(database.catalog.pool, [{ repositoryId: here, digest, version }], new Date());
    expect(await goneAt()).toEqual([{ gone_at: SEEN_AT }]);
  });

  it('has the same version for as long as nobody writes it, however often it is seen', async () => {
    const version = await versionNow();
    await scene.write(here, image);
    expect(await versionNow()).toBe(version);
  });
});
