import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { digestOf } from '@strata/oci';
import { aLayer, anImage, type ImageFixture, type LayerFixture } from '@strata/oci/testing';
import { digestToBytes } from '../digest-bytes.js';
import type { ManifestToWrite } from '../image/manifest-to-write.js';
import { readKnown } from '../image/read-known.js';
import { inTransaction } from '../open-catalog.js';
import { findViolations } from '../policy/find-violations.js';
import { aPolicy } from '../policy/testing/a-policy.js';
import { sweptViolations } from '../policy/testing/swept-violations.js';
import { findTags } from '../tag/find-tags.js';
import { writeTags, type TagObservation } from '../tag/write-tags.js';
import { freshDatabase, type FreshDatabase } from '../testing/fresh-database.js';
import { aScene, SEEN_AT, type Scene } from '../testing/graph-scene.js';
import { toWrite } from '../testing/to-write.js';

const base = anImage({ seed: 'base' });
const newer = anImage({ seed: 'base, built again' });
const onTop = [aLayer('on top')];

/** The same files in other bytes. */
const packedAgain = base.layers.map((layer): LayerFixture => {
  const bytes = Buffer.concat([layer.bytes, Buffer.alloc(1)]);
  return { ...layer, bytes, digest: digestOf(bytes) };
});
/** The same bytes, of which a config says that other files are in them. */
const saidToBeOthers = base.layers.map((layer, place) => ({ ...layer, diffId: aLayer(`other ${place}`).diffId }));

interface Case {
  readonly what: string;
  readonly repository: string;
  readonly image: ImageFixture;
  readonly isConfigKnown?: false;
  readonly isBehind: boolean;
}

const builtOnIt = anImage({ base, layers: onTop });

const cases: readonly Case[] = [
  { what: 'built on it', image: builtOnIt, repository: 'team/both', isBehind: true },
  {
    ...{ what: 'built on its bytes, with a config that nobody has', isConfigKnown: false, isBehind: true },
    ...{ image: anImage({ seed: 'no config', base, layers: onTop }), repository: 'team/bytes' },
  },
  {
    ...{ what: 'built on its files in other bytes', isBehind: true },
    ...{ image: anImage({ layers: [...packedAgain, ...onTop] }), repository: 'team/files' },
  },
  {
    ...{ what: 'built on its bytes, with a config that says other files', isBehind: true },
    ...{ image: anImage({ layers: [...saidToBeOthers, ...onTop] }), repository: 'team/lie' },
  },
  {
    ...{ what: 'of the same layers under another config', isBehind: false },
    ...{ image: anImage({ seed: 'same', layers: base.layers }), repository: 'team/same' },
  },
  {
    ...{ what: 'of the same files in other bytes', isBehind: false },
    ...{ image: anImage({ layers: packedAgain }), repository: 'team/packed' },
  },
  {
    ...{ what: "built on it in the base's own repository", isBehind: false },
    ...{ image: anImage({ seed: 'own', base, layers: onTop }), repository: 'team/base' },
  },
  {
    ...{ what: 'built on the newer one', isBehind: false },
    ...{ image: anImage({ base: newer, layers: onTop }), repository: 'team/new' },
  },
];

let db: FreshDatabase;
let scene: Scene;

async function point(repository: string, tag: string, { digest }: ImageFixture, seconds: number): Promise<void> {
  const repositoryId = await scene.repository(repository);
  const [known] = await readKnown(db.catalog.pool, [{ repositoryId, tag, digests: [digest] }]);
  const { rows } = await db.catalog.pool.query<{ id: bigint }>('SELECT id FROM manifest WHERE digest = $1', [
    digestToBytes(digest),
  ]);
  const observation: TagObservation = {
    ...{ repositoryId, registryHost: 'one.example', repository, tag, version: known?.tagVersion ?? 0 },
    ...{ manifestId: rows[0]?.id ?? null, observedAt: new Date(SEEN_AT.getTime() + seconds * 1_000) },
    ...{ pushedAt: null, actor: null },
    via: 'event',
  };
  await inTransaction(db.catalog, (sql) => writeTags(sql, [observation]));
}

function withoutConfig(image: ImageFixture): ManifestToWrite {
  const written = toWrite(image);
  if (written.status === 'invalid') throw new Error('the image was to be valid');
  return { ...written, config: null };
}

/** Each of these alone, so that none is found because of another; but who is not behind, beside one who is. */
describe.each(cases)('of a base whose tag has moved on, an image $what', ({ repository, image, ...given }) => {
  beforeAll(async () => {
    db = await freshDatabase();
    scene = await aScene(db.catalog);
    await scene.write(await scene.repository('team/base'), base, newer);
    if (!given.isBehind) await scene.write(await scene.repository('team/both'), builtOnIt);
    await scene.write(await scene.repository(repository), given.isConfigKnown === false ? withoutConfig(image) : image);
    await point('team/base', 'latest', base, 1);
    await point('team/base', 'latest', newer, 2);
    await point(repository, 'v1', image, 3);
  });
  afterAll(() => db.drop());

  it(`is${given.isBehind ? '' : ' not'} behind, in lists, after its push, and in a look at all tags`, async () => {
    const { pool } = db.catalog;
    const { rows } = await pool.query<{ id: bigint }>(`SELECT id FROM tag WHERE name = 'v1'`);
    const tagIds = rows.map(({ id }) => id);
    const expected = given.isBehind ? tagIds : [];
    const filter = { basesBehind: 1 };
    const everywhere = { kind: 'everywhere' } as const;
    const [page] = await findTags(pool, { where: filter, orderBy: 'reference-asc', first: 10, scope: everywhere });
    expect(page?.rows.map(({ row }) => row.id)).toEqual(expected);
    const policies = [aPolicy({ require: { not: filter } })];
    const violations = await findViolations(pool, { tagIds, policies, now: SEEN_AT });
    expect(violations.map(({ tagId }) => tagId)).toEqual(expected);
    expect((await sweptViolations(db.catalog, policies, SEEN_AT)).get(1)).toEqual(expected);
  });
});
