import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Digest } from '@strata/oci';
import { findChanges } from './change/find-changes.js';
import { digestToBytes } from './digest-bytes.js';
import { countBaseImages, countNewerBuilds, findBaseImages } from './image/find-base-images.js';
import { countDerivedImages, findDerivedImages } from './image/find-derived-images.js';
import { countUntagged, findUntagged } from './image/find-untagged.js';
import { findImages } from './image/find-images.js';
import { countLayerUse } from './layer/count-layer-use.js';
import { countLayerList, findLayerList } from './layer/find-layer-list.js';
import { findRepositories } from './repository/find-repositories.js';
import { findStorage, findStorageOf } from './storage/find-storage.js';
import { dumpTables } from './testing/dump-tables.js';
import { freshDatabase, type FreshDatabase } from './testing/fresh-database.js';
import { waitForChanges } from './testing/wait-for-changes.js';
import { buildWorld, WORLD_WORDS } from './testing/world/build-world.js';
import { heldImages } from './testing/world/image-oracle.js';
import * as oracle from './testing/world/question-oracle.js';
import { fullName, tagsOf } from './testing/world/world-facts.js';
import { writeWorld } from './testing/world/write-world.js';
import { countUses } from './use/count-uses.js';

describe.each([1, 2, 3, 4, 5, 6])('in the made-up catalog %i', (seed) => {
  const world = buildWorld(seed);
  let db: FreshDatabase;
  let ids: ReadonlyMap<Digest, bigint>;

  beforeAll(async () => {
    db = await freshDatabase();
    await writeWorld(db.catalog, world);
    while ((await countUses(db.catalog, 7)) > 0);
    const images = heldImages(world).map(({ digest }) => digest);
    const { rows } = await db.catalog.pool.query<{ id: bigint; digest: Buffer }>('SELECT id, digest FROM manifest');
    ids = new Map(
      images.map((digest) => [digest, rows.find((row) => row.digest.equals(digestToBytes(digest)))?.id ?? 0n]),
    );
  }, 60_000);
  afterAll(() => db.drop());

  const images = heldImages(world);
  const imageIds = (): readonly bigint[] => images.map(({ digest }) => ids.get(digest) ?? 0n);
  const repositories = async () => {
    const query = { orderBy: 'name-asc', scope: { kind: 'everywhere' }, first: 100 } as const;
    const { rows: hosts } = await db.catalog.pool.query<{ id: number; host: string }>('SELECT id, host FROM registry');
    const [page] = await findRepositories(db.catalog.pool, query);
    return (page?.rows ?? []).map(({ row }) => {
      const host = hosts.find(({ id }) => id === row.registryId)?.host ?? '';
      return { id: row.id, name: `${host}/${row.name}` };
    });
  };

  it('every image has the bases that a look at all of them finds, nearest first', async () => {
    const pages = await findBaseImages(db.catalog.pool, { imageIds: imageIds(), first: 100 });
    for (const [index, image] of images.entries()) {
      const found = pages[index]?.rows.map(({ row }) => ({ digest: row.image.digest, sharedLayers: row.sharedLayers }));
      const expected = oracle.basesOf(world, image);
      expect(new Set(found)).toEqual(new Set(expected));
      const lengths = found?.map(({ sharedLayers }) => sharedLayers) ?? [];
      expect(lengths).toEqual(lengths.toSorted((a, b) => b - a));
    }
    expect(await countBaseImages(db.catalog.pool, imageIds())).toEqual(
      images.map((image) => oracle.basesOf(world, image).length),
    );
  });

  it('every image knows how many builds came after it', async () => {
    expect(await countNewerBuilds(db.catalog.pool, imageIds())).toEqual(
      images.map((image) => oracle.newerBuilds(world, image)),
    );
  });

  it('every image has the derived ones that a look at all of them finds, page by page', async () => {
    for (const [index, image] of images.entries()) {
      const found: Digest[] = [];
      let after: string | null = null;
      do {
        const query: Parameters<typeof findDerivedImages>[1] = {
          imageIds: imageIds().slice(index, index + 1),
          first: 2,
          after,
        };
        const [page] = await findDerivedImages(db.catalog.pool, query);
        found.push(...(page?.rows.map(({ row }) => row.digest) ?? []));
        after = page?.hasNextPage === true ? (page.rows.at(-1)?.cursor ?? null) : null;
      } while (after !== null);
      expect(found.toSorted()).toEqual(oracle.derivedFrom(world, image).toSorted());
    }
    const pages = await findDerivedImages(db.catalog.pool, { imageIds: imageIds(), first: 100 });
    const counts = images.map((image) => oracle.derivedFrom(world, image).length);
    expect(pages.map(({ rows }) => rows.length)).toEqual(counts);
    expect(await countDerivedImages(db.catalog.pool, imageIds())).toEqual(counts);
  }, 30_000);

  it('every repository has the untagged manifests that a look at all of them finds', async () => {
    const all = await repositories();
    const repositoryIds = all.map(({ id }) => id);
    const expected = all.map(({ name }) => oracle.untaggedIn(world, name).toSorted());
    const pages = await findUntagged(db.catalog.pool, { repositoryIds, first: 100 });
    expect(pages.map(({ rows }) => rows.map(({ row }) => row.digest).toSorted())).toEqual(expected);
    expect(await countUntagged(db.catalog.pool, repositoryIds)).toEqual(expected.map(({ length }) => length));
  });

  it.each([
    ['shared-desc', (use: { images: number }) => BigInt(use.images)],
    ['size-desc', (use: { sizeBytes: bigint }) => use.sizeBytes],
    ['saved-desc', (use: { images: number; sizeBytes: bigint }) => use.sizeBytes * BigInt(use.images - 1)],
  ] as const)('layers are listed and counted as a look at all of them has it: %s', async (orderBy, keyOf) => {
    const uses = oracle.layerUses(world);
    const { rows } = await findLayerList(db.catalog.pool, { orderBy, first: 100 });
    const found = rows.map(({ row }) => row);
    expect(found.map(({ digest }) => digest).toSorted()).toEqual([...uses.keys()].toSorted());
    const keys = found.map(({ digest }) => keyOf(uses.get(digest) ?? { images: 0, repositories: 0, sizeBytes: 0n }));
    expect(keys).toEqual(keys.toSorted((a, b) => Number(b - a)));
    const counted = await countLayerUse(
      db.catalog.pool,
      found.map(({ id }) => id),
    );
    expect(counted).toEqual(
      found.map(({ digest }) => ({ images: uses.get(digest)?.images, repositories: uses.get(digest)?.repositories })),
    );
  });

  it('each layer has the images that a look at all of them finds, each once, page by page', async () => {
    const { rows } = await findLayerList(db.catalog.pool, { orderBy: 'size-desc', first: 100 });
    const scope = { kind: 'layers', ids: rows.map(({ row }) => row.id) } as const;
    const together = await findImages(db.catalog.pool, { scope, orderBy: 'pushed-desc', first: 100 });
    for (const [index, { row }] of rows.entries()) {
      const expected = images.filter(({ layers }) => layers.some(({ digest }) => digest === row.digest));
      const digests = expected.map(({ digest }) => digest).toSorted();
      expect(together[index]?.rows.map((found) => found.row.digest).toSorted()).toEqual(digests);
      const found: Digest[] = [];
      let after: string | null = null;
      do {
        const one = { kind: 'layers', ids: [row.id] } as const;
        const query: Parameters<typeof findImages>[1] = { scope: one, orderBy: 'pushed-desc', first: 2, after };
        const [page] = await findImages(db.catalog.pool, query);
        found.push(...(page?.rows.map((image) => image.row.digest) ?? []));
        after = page?.hasNextPage === true ? (page.rows.at(-1)?.cursor ?? null) : null;
      } while (after !== null);
      expect(found.toSorted()).toEqual(digests);
    }
  }, 30_000);

  it('layers are chosen by size and by how many images share them', async () => {
    const uses = [...oracle.layerUses(world)];
    for (const [, { sizeBytes, images: minImages }] of uses) {
      const where = { size: { min: sizeBytes }, minImages };
      const meant = uses.filter(([, use]) => use.sizeBytes >= sizeBytes && use.images >= minImages);
      expect(await countLayerList(db.catalog.pool, { where })).toBe(meant.length);
    }
  });

  it('storage is what a look at every image and its holders gives, for one repository and for any scope', async () => {
    const all = await repositories();
    const alone = await findStorageOf(
      db.catalog.pool,
      all.map(({ id }) => id),
    );
    expect(alone).toEqual(all.map(({ name }) => oracle.storageOf(world, [name])));
    const scopes = [
      {},
      ...WORLD_WORDS.registries.map((eq) => ({ registry: { eq } })),
      ...['team/*', '*', '**app', 'app'].map((glob) => ({ name: { glob } })),
      { registry: { eq: 'a.example' }, name: { startsWith: 'te' } },
      // What is counted by namespace and by name, and what looks like it.
      ...['team/', 'team/a', '/', 'nobody/', '*/'].map((startsWith) => ({ name: { startsWith } })),
      ...['team/**', '**', '*/**', 'team/app/**', '/**'].map((glob) => ({ name: { glob } })),
      ...WORLD_WORDS.repositories.map((eq) => ({ name: { eq } })),
      { registry: { eq: 'a.example' }, name: { startsWith: 'team/' } },
      { registry: { eq: 'a.example' }, name: { eq: WORLD_WORDS.repositories[0] } },
      { name: { startsWith: 'team/', contains: 'a' } },
      { name: { startsWith: 'team/' }, empty: false },
      { name: { eq: 'nothing' } },
    ];
    const namesOf = async (where: object): Promise<readonly string[]> => {
      const query = { where, orderBy: 'bytes-desc', scope: { kind: 'everywhere' }, first: 100 } as const;
      const [page] = await findRepositories(db.catalog.pool, query);
      return (page?.rows ?? []).map(({ row }) => all.find(({ id }) => id === row.id)?.name ?? '');
    };
    for (const where of scopes)
      expect(await findStorage(db.catalog.pool, where)).toEqual(oracle.storageOf(world, await namesOf(where)));
  });

  it('every namespace has alone what no other one of its registry holds, those without a name too', async () => {
    const names = new Map((await repositories()).map(({ name }) => [name, name.split('/').length > 2]));
    const namespaceOf = (name: string): string =>
      name
        .split('/')
        .slice(0, names.get(name) === true ? 2 : 1)
        .join('/');
    const { rows } = await db.catalog.pool.query<{ name: string; bytes: string }>(
      `SELECT rtrim(host || '/' || name, '/') AS name, exclusive_bytes::text AS bytes
         FROM namespace_use JOIN registry ON registry.id = registry_id ORDER BY 1`,
    );
    const expected = Map.groupBy(names.keys(), namespaceOf);
    for (const { name, bytes } of rows)
      expect([name, BigInt(bytes)]).toEqual([name, oracle.storageOf(world, expected.get(name) ?? []).exclusiveBytes]);
  });

  it('repositories are ordered by their live tags and by their bytes', async () => {
    const all = await repositories();
    for (const orderBy of ['tags-desc', 'bytes-desc'] as const) {
      const [page] = await findRepositories(db.catalog.pool, { orderBy, scope: { kind: 'everywhere' }, first: 100 });
      const keys = (page?.rows ?? []).map(({ row }) => {
        const name = all.find(({ id }) => id === row.id)?.name ?? '';
        if (orderBy === 'bytes-desc') return oracle.storageOf(world, [name]).uniqueBytes;
        return BigInt(tagsOf(world).filter(({ repository }) => fullName(repository) === name).length);
      });
      expect(keys).toEqual(keys.toSorted((a, b) => Number(b - a)));
    }
  });

  it('counting again changes nothing, even when everything is marked', async () => {
    const before = await dumpTables(db.catalog.pool, ['use_todo']);
    await db.catalog.pool.query(
      `INSERT INTO use_todo (repository_id, manifest_id) SELECT repository_id, manifest_id FROM repository_manifest
       UNION ALL SELECT repository_id, manifest_id FROM repository_manifest UNION ALL SELECT repository_id, NULL FROM repository_use`,
    );
    while ((await countUses(db.catalog)) > 0);
    expect(await dumpTables(db.catalog.pool, ['use_todo'])).toEqual(before);
  });

  it('every change of a tag is told once and in order, however it is read', async () => {
    await waitForChanges(db.catalog.pool);
    const told = [];
    let after = '0:0';
    for (;;) {
      const { changes, position } = await findChanges(db.catalog.pool, { after, limit: 3 });
      told.push(...changes);
      if (position === after) break;
      after = position;
    }
    const moves = told.filter(({ kind }) => kind.startsWith('tag_'));
    const expected = oracle.changesIn(world);
    expect(moves.map(({ kind, reference }) => ({ kind, reference }))).toEqual(
      expected.map(({ kind, reference }) => ({ kind, reference })),
    );
  });
});
