import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { digestFromBytes } from '../digest-bytes.js';
import { freshDatabase, type FreshDatabase } from '../testing/fresh-database.js';
import { buildWorld } from '../testing/world/build-world.js';
import * as oracle from '../testing/world/question-oracle.js';
import { writeWorld } from '../testing/world/write-world.js';
import { countUses } from '../use/count-uses.js';
import { countImagesOfLayers } from './count-images-of-layers.js';

const LATER = '2099-01-01T00:00:00Z';

describe.each([2, 5])('the images of each layer, in the made-up catalog %i', (seed) => {
  const world = buildWorld(seed);
  let db: FreshDatabase;
  beforeEach(async () => {
    db = await freshDatabase();
    await writeWorld(db.catalog, world);
  }, 60_000);
  afterEach(() => db.drop());

  const layers = async () => {
    const { rows } = await db.catalog.pool.query<{ id: bigint; digest: Buffer }>('SELECT id, digest FROM layer');
    return rows.map(({ id, digest }) => ({ id, digest: digestFromBytes(digest) }));
  };
  const expectAll = async (imagesOf: (digest: string) => number) => {
    const all = await layers();
    const counts = await countImagesOfLayers(
      db.catalog.pool,
      all.map(({ id }) => id),
    );
    expect(counts).toEqual(all.map(({ digest }) => imagesOf(digest)));
  };
  const uses = new Map<string, { readonly images: number }>(oracle.layerUses(world));
  const expectUses = () => expectAll((digest) => uses.get(digest)?.images ?? 0);

  /** Of the placements that are held (null) or gone since a moment. */
  const setGone = (from: string | null, to: string | null) =>
    db.catalog.pool.query(
      `WITH changed AS (
         UPDATE repository_manifest SET gone_at = $2 WHERE gone_at IS NOT DISTINCT FROM $1::timestamptz RETURNING *
       ) INSERT INTO use_todo (repository_id, manifest_id) SELECT repository_id, manifest_id FROM changed`,
      [from, to],
    );

  it('are counted exactly however much of them is still to be counted', async () => {
    let isMore = true;
    while (isMore) {
      await expectUses();
      isMore = (await countUses(db.catalog, 5)) > 0;
    }
    await expectUses();
  });

  it('are looked at one by one where very much is still to be counted', async () => {
    await db.catalog.pool.query(
      'INSERT INTO use_todo (repository_id, manifest_id) SELECT 0, n FROM generate_series(-2001, -1) AS n',
    );
    await expectUses();
  });

  it('are none as soon as every placement is gone', async () => {
    while ((await countUses(db.catalog)) > 0);
    await setGone(null, LATER);
    await expectAll(() => 0);
  });

  it('are none once that is counted, and what they were once every placement is back and counted', async () => {
    const countAll = async () => {
      while ((await countUses(db.catalog)) > 0);
    };
    await countAll();
    await setGone(null, LATER);
    await countAll();
    expect(
      (await db.catalog.pool.query('SELECT FROM layer_use UNION ALL SELECT FROM counted_placement')).rowCount,
    ).toBe(0);
    await setGone(LATER, null);
    await countAll();
    await expectUses();
  });
});
