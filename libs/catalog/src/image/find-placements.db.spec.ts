import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { digestToBytes } from '../digest-bytes.js';
import { freshDatabase, type FreshDatabase } from '../testing/fresh-database.js';
import { buildWorld } from '../testing/world/build-world.js';
import { fullName, holders, known } from '../testing/world/world-facts.js';
import { writeWorld } from '../testing/world/write-world.js';
import { countPlacements, findPlacements } from './find-placements.js';

const world = buildWorld(3);
let db: FreshDatabase;
beforeAll(async () => {
  db = await freshDatabase();
  await writeWorld(db.catalog, world);
}, 60_000);
afterAll(() => db.drop());

it('every digest is found wherever it is or was, at any registry, in the order in which it got there', async () => {
  for (const digest of known(world).keys()) {
    const { rows } = await db.catalog.pool.query<{ id: bigint }>('SELECT id FROM manifest WHERE digest = $1', [
      digestToBytes(digest),
    ]);
    const manifestIds = rows.map(({ id }) => id);
    const [page] = await findPlacements(db.catalog.pool, { manifestIds, first: 100 });
    const found = page?.rows.map(({ row }) => row) ?? [];
    const places = world.steps
      .filter((step) => step.kind === 'hold' && step.manifests.some((manifest) => manifest.digest === digest))
      .map(({ repository }) => fullName(repository));
    expect(found.map(({ registry, repository }) => `${registry}/${repository}`)).toEqual([...new Set(places)]);
    const held = found.filter(({ goneAt }) => goneAt === null);
    expect(held.map(({ registry, repository }) => `${registry}/${repository}`).toSorted()).toEqual(
      holders(world, digest).toSorted(),
    );
    expect(await countPlacements(db.catalog.pool, manifestIds)).toEqual([found.length]);
  }
});
