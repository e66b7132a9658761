import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { anImage, anIndex, type ManifestFixture } from '@strata/oci/testing';
import { digestToBytes } from '../digest-bytes.js';
import { readKnown } from '../image/read-known.js';
import { settleIndexes } from '../image/settle-indexes.js';
import { readVocabulary } from '../image/write-manifests.js';
import { inTransaction, type Sql } from '../open-catalog.js';
import { dumpTables } from '../testing/dump-tables.js';
import { freshDatabase, type FreshDatabase } from '../testing/fresh-database.js';
import { aScene, distinctBytes, writeAndPlace, type Scene } from '../testing/graph-scene.js';
import { toWrite } from '../testing/to-write.js';
import { writeTags, type TagObservation } from './write-tags.js';

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
  await query('TRUNCATE tag, manifest, layer, image_config, repository_manifest CASCADE');
  await query(`UPDATE repository SET updated_at = '2026-01-01'`);
  await scene.write(here, one, two);
});

const one = anImage({ seed: 'one' });
const two = anImage({ seed: 'two' });
const at = (seconds: number) => new Date(Date.UTC(2026, 7, 20, 10, 0, seconds));

async function query<Row extends object>(text: string, values: unknown[] = []): Promise<Row[]> {
  return (await database.catalog.pool.query<Row>(text, values)).rows;
}
const idOf = async ({ digest }: ManifestFixture) =>
  (await query<{ id: bigint }>('SELECT id FROM manifest WHERE digest = $1', [digestToBytes(digest)]))[0]?.id ?? null;
const versionOf = async (tag: string) => {
  const [known] = await readKnown(database.catalog.pool, [{ repositoryId: here, tag, digests: [] }]);
  return known?.tagVersion ?? -1;
};
async function observation(
  target: ManifestFixture | null,
  changes: Partial<TagObservation> = {},
): Promise<TagObservation> {
  const tag = changes.tag ?? 'v1';
  return {
    ...{ repositoryId: here, registryHost: 'one.example', repository: 'team/app', tag, version: await versionOf(tag) },
    ...{
      manifestId: target === null ? null : await idOf(target),
      observedAt: at(1),
      pushedAt: null,
      actor: 'ann',
      via: 'event',
    },
    ...changes,
  };
}
const write = (...observations: readonly TagObservation[]) =>
  inTransaction(database.catalog, (sql) => writeAll(sql, observations));
/** As the worker does it: the manifests are locked before. */
async function writeAll(sql: Sql, observations: readonly TagObservation[]) {
  await settleIndexes(
    sql,
    [],
    observations.map(({ manifestId }) => manifestId).filter((id) => id !== null),
  );
  return writeTags(sql, observations);
}
const tags = () =>
  query(`SELECT name, version, manifest_id, format, total_bytes, pushed_at, observed_at FROM tag ORDER BY name`);
const intervals = () =>
  query<{ manifest_id: bigint; from_at: Date; to_at: Date | null; actor: string | null }>(
    'SELECT manifest_id, from_at, to_at, actor FROM tag_interval ORDER BY id',
  );
const times = async () => (await intervals()).map(({ from_at, to_at }) => [from_at, to_at]);

describe('a tag', () => {
  it('that is seen for the first time gets a row with its manifest’s facts and an open interval', async () => {
    const pushedAt = at(0);
    expect(await write(await observation(one, { pushedAt }))).toEqual(new Set());
    const facts = { format: 'oci_image', total_bytes: distinctBytes(one) };
    expect(await tags()).toEqual([
      { name: 'v1', version: 1, manifest_id: await idOf(one), ...facts, pushed_at: pushedAt, observed_at: at(1) },
    ]);
    expect(await intervals()).toEqual([{ manifest_id: await idOf(one), from_at: at(1), to_at: null, actor: 'ann' }]);
    expect(await query('SELECT reference FROM tag')).toEqual([{ reference: 'one.example/team/app:v1' }]);
    expect(await query('SELECT updated_at FROM repository')).toEqual([{ updated_at: at(1) }]);
  });

  it('that moves closes its interval where the next one begins', async () => {
    await write(await observation(one));
    await write(await observation(two, { observedAt: at(2) }));
    expect(await intervals()).toEqual([
      { manifest_id: await idOf(one), from_at: at(1), to_at: at(2), actor: 'ann' },
      { manifest_id: await idOf(two), from_at: at(2), to_at: null, actor: 'ann' },
    ]);
    expect(await tags()).toMatchObject([{ version: 2, pushed_at: at(2) }]);
  });

  it('that is pushed again with what it has is no move: same interval, same time of push', async () => {
    await write(await observation(one));
    await write(await observation(one, { observedAt: at(9), pushedAt: at(8), actor: 'bob' }));
    expect(await intervals()).toEqual([{ manifest_id: await idOf(one), from_at: at(1), to_at: null, actor: 'ann' }]);
    expect(await tags()).toMatchObject([{ version: 2, pushed_at: at(1), observed_at: at(9) }]);
    expect(await query('SELECT updated_at FROM repository')).toEqual([{ updated_at: at(1) }]);
  });

  it('that goes and returns has an interval for each of its lives, and no facts in between', async () => {
    await write(await observation(one));
    await write(await observation(null, { observedAt: at(2) }));
    expect(await tags()).toMatchObject([
      { version: 2, manifest_id: null, format: null, total_bytes: null, pushed_at: null },
    ]);
    await write(await observation(null, { observedAt: at(3) }));
    await write(await observation(one, { observedAt: at(4) }));
    expect(await times()).toEqual([
      [at(1), at(2)],
      [at(4), null],
    ]);
  });

  it('that was never there keeps a row without a history, so that an older look cannot write over a newer one', async () => {
    const older = await observation(one);
    await write(await observation(null));
    expect(await write(older)).toEqual(new Set([older]));
    expect(await tags()).toMatchObject([{ manifest_id: null }]);
    expect(await intervals()).toEqual([]);
  });

  it('never has an interval that ends before it begins, nor two at one moment, whatever the clocks say', async () => {
    await write(await observation(one, { observedAt: at(5) }));
    await write(await observation(two, { observedAt: at(3) }));
    expect(await times()).toEqual([
      [at(5), at(5)],
      [at(5), null],
    ]);
  });
});

describe('two observers of one tag', () => {
  it.each([
    ['a new tag', 0],
    ['a tag that was here', 1],
  ])('of %s: one wins, the other must ask again, and nothing of its look is written', async (_, before) => {
    if (before > 0) await write(await observation(one));
    const looks = [await observation(one), await observation(two)];
    const overtaken = await Promise.all(looks.map((look) => write(look)));
    const losers = overtaken.flatMap((set) => [...set]);
    expect(losers).toHaveLength(1);
    const winner = looks.find((look) => !losers.includes(look));
    expect(await tags()).toMatchObject([{ version: before + 1, manifest_id: winner?.manifestId }]);
    expect(await query('SELECT FROM tag_interval WHERE to_at IS NULL')).toHaveLength(1);
  });

  it('in one transaction: the first is written, the other must ask again', async () => {
    const looks = [await observation(one), await observation(two), await observation(two, { tag: 'v2' })];
    expect(await write(...looks)).toEqual(new Set(looks.slice(1, 2)));
    expect(await tags()).toMatchObject([
      { name: 'v1', manifest_id: await idOf(one) },
      { name: 'v2', manifest_id: await idOf(two) },
    ]);
  });

  it('of which one was overtaken long ago: nothing at all changes', async () => {
    const old = [await observation(one), await observation(null)];
    await write(await observation(two));
    const stale = { ...(await observation(one)), version: 7 };
    const before = await dumpTables(database.catalog.pool);
    expect(await write(...old, stale)).toEqual(new Set([...old, stale]));
    expect(await dumpTables(database.catalog.pool)).toEqual(before);
  });

  it('of many tags at once, in opposite orders, never wait for each other in a circle', async () => {
    const names = Array.from({ length: 40 }, (_, index) => `t${index}`);
    for (const target of [one, two, one]) {
      const looks = await Promise.all(names.map((tag) => observation(target, { tag })));
      await Promise.all([
        write(...looks),
        write(...looks.toReversed()),
        write(...looks.slice(17), ...looks.slice(0, 17)),
      ]);
    }
    expect(await query('SELECT version FROM tag')).toEqual(names.map(() => ({ version: 3 })));
  });
});

describe('a tag on an index', () => {
  const index = anIndex({ entries: [one, two] });

  it('follows when its index learns of a child', async () => {
    await query('TRUNCATE manifest, layer, image_config, repository_manifest CASCADE');
    await scene.write(here, index);
    await write(await observation(index));
    expect(await tags()).toMatchObject([{ total_bytes: 0n }]);
    await scene.write(here, one);
    expect(await tags()).toMatchObject([{ total_bytes: distinctBytes(one), version: 1 }]);
  });

  const pause = () => new Promise((resolve) => setTimeout(resolve, 60));
  const tagging = (look: TagObservation, afterwards: () => Promise<unknown> = async () => undefined) =>
    inTransaction(database.catalog, async (sql) => {
      await writeAll(sql, [look]);
      await afterwards();
    });
  const settling = async (afterwards: () => Promise<unknown> = async () => undefined) => {
    const vocabulary = await readVocabulary(database.catalog, [toWrite(one)]);
    await inTransaction(database.catalog, async (sql) => {
      await settleIndexes(sql, await writeAndPlace(sql, here, vocabulary, [toWrite(one)]));
      await afterwards();
    });
  };

  it.each(['the tag first', 'the child first'])(
    'has the index’s facts although it is written while the index is settled, %s',
    async (order) => {
      await query('TRUNCATE manifest, layer, image_config, repository_manifest CASCADE');
      await scene.write(here, index);
      const look = await observation(index);
      let other: Promise<void> = Promise.resolve();
      const begin = (work: () => Promise<void>) => async () => {
        other = work();
        await pause(); // it waits for the index's row now
      };
      await (order === 'the tag first' ? tagging(look, begin(settling)) : settling(begin(() => tagging(look))));
      await other;
      expect(await tags()).toMatchObject([{ total_bytes: distinctBytes(one) }]);
    },
  );
});
