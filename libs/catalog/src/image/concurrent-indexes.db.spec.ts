import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Digest } from '@strata/oci';
import { anImage, anIndex, type ManifestFixture } from '@strata/oci/testing';
import type pg from 'pg';
import { inTransaction } from '../open-catalog.js';
import { freshDatabase, type FreshDatabase } from '../testing/fresh-database.js';
import { aScene, distinctBytes, totalsOf, writeAndPlace, type Scene } from '../testing/graph-scene.js';
import { toWrite } from '../testing/to-write.js';
import { findUnplaced } from './find-unplaced.js';
import { settleIndexes } from './settle-indexes.js';
import { readVocabulary } from './write-manifests.js';

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

/** One transaction, step by step; a step that waits for the other transaction ends when that one does. */
interface Transaction {
  readonly steps: readonly (() => Promise<void>)[];
  readonly unplaced: Set<Digest>;
}

const LEVELS = 5;

/** As the worker writes a manifest: what it lists is looked for, then indexes are settled; `order` can turn that round. */
async function open(manifest: ManifestFixture, order: 'find first' | 'settle first'): Promise<Transaction> {
  const wanted = [toWrite(manifest)];
  const vocabulary = await readVocabulary(database.catalog, wanted);
  const sql: pg.PoolClient = await database.catalog.pool.connect();
  const unplaced = new Set<Digest>();
  let ids: readonly bigint[] = [];
  const write = async (): Promise<void> => {
    await sql.query('BEGIN');
    ids = await writeAndPlace(sql, here, vocabulary, wanted);
  };
  const find = async (): Promise<void> => {
    const placements = ids.map((manifestId) => ({ repositoryId: here, manifestId }));
    for (const { digest } of await findUnplaced(sql, placements, LEVELS)) unplaced.add(digest);
  };
  const settle = () => settleIndexes(sql, ids);
  const commit = async (): Promise<void> => {
    await sql.query('COMMIT');
    sql.release();
  };
  const middle = order === 'find first' ? [find, settle] : [settle, find];
  return { steps: [write, ...middle, commit], unplaced };
}

/** Every way to merge the steps of two transactions: true takes the next one of the first. */
function merges(first: number, second: number): readonly (readonly boolean[])[] {
  if (first === 0 || second === 0)
    return [[...Array<boolean>(first).fill(true), ...Array<boolean>(second).fill(false)]];
  return [
    ...merges(first - 1, second).map((rest) => [true, ...rest]),
    ...merges(first, second - 1).map((rest) => [false, ...rest]),
  ];
}

const WAITS_AFTER_MS = 25;

/** Runs them in that order; a step that does not end soon is left waiting, and its transaction goes on after it. */
async function interleave(first: Transaction, second: Transaction, order: readonly boolean[]): Promise<void> {
  const left = [[...first.steps], [...second.steps]];
  const chains = [Promise.resolve(), Promise.resolve()];
  for (const isFirst of order) {
    const which = isFirst ? 0 : 1;
    const step = left[which]?.shift();
    if (step === undefined) throw new Error('an order takes each step once');
    const chain = (chains[which] ?? Promise.resolve()).then(step);
    chains[which] = chain;
    await Promise.race([chain, new Promise((resolve) => setTimeout(resolve, WAITS_AFTER_MS))]);
  }
  await Promise.all(chains);
}

/** The work that was derived for a child is done later, in a transaction of its own: it settles what is above the child. */
const lookAgain = (digests: Iterable<Digest>) =>
  inTransaction(database.catalog, (sql) => settleIndexes(sql, [], [], [...digests]));

const image = anImage({ seed: 'child' });
const entry = { manifest: image, platform: null }; // what it runs on stands in its config only
const inner = anIndex({ entries: [entry] });
const outer = anIndex({ entries: [inner] });
const twin = anIndex({ entries: [entry], annotations: { another: 'index' } });
const complete = { platforms: ['linux/amd64'], totalBytes: distinctBytes(image) };

/** What is there before, which two are written at the same time, and the indexes that must then be complete. */
const pairs: readonly [
  string,
  readonly ManifestFixture[],
  ManifestFixture,
  ManifestFixture,
  readonly ManifestFixture[],
][] = [
  ['an index and its child', [], inner, image, [inner]],
  ['an index of an index, and the child of that', [inner], outer, image, [inner, outer]],
  ['an index of an index, and that', [image], outer, inner, [inner, outer]],
];

async function run(pair: (typeof pairs)[number], order: 'find first' | 'settle first', merge: readonly boolean[]) {
  const [, before, first, second, indexes] = pair;
  await database.catalog.pool.query('TRUNCATE manifest, layer, image_config, repository_manifest CASCADE');
  for (const manifest of before) await scene.write(here, manifest);
  const [one, other] = [await open(first, order), await open(second, order)];
  await interleave(one, other, merge);
  await lookAgain([...one.unplaced, ...other.unplaced]);
  const totals = await Promise.all(indexes.map((index) => totalsOf(database.catalog.pool, index)));
  return totals.every(
    (total) => total.totalBytes === complete.totalBytes && total.platforms.join() === complete.platforms.join(),
  );
}

describe('written at the same time, in every order of their steps,', () => {
  it.each(pairs)(
    '%s end complete',
    async (...pair) => {
      const incomplete: string[] = [];
      for (const merge of merges(4, 4)) {
        if (!(await run(pair, 'find first', merge)))
          incomplete.push(merge.map((isFirst) => (isFirst ? 'a' : 'b')).join(''));
      }
      expect(incomplete).toEqual([]);
    },
    60_000,
  );

  it('an index and its child would not, if indexes were settled before children are looked for', async () => {
    const [pair] = pairs;
    const merge = [...'aabbbbaa'].map((letter) => letter === 'a');
    expect(pair !== undefined && (await run(pair, 'settle first', merge))).toBe(false);
  });
});

it('the same child pushed to two repositories while its indexes are settled waits for nobody in a circle', async () => {
  const there = await scene.repository('other/app');
  await scene.write(here, inner, outer, twin);
  await scene.write(here, image);
  for (let round = 0; round < 15; round += 1) {
    const repositories = await Promise.all([0, 1, 2, 3].map((index) => scene.repository(`r${round}/${index}`)));
    await Promise.all([here, there, ...repositories].map((repository) => scene.write(repository, image, inner)));
  }
  expect(await totalsOf(database.catalog.pool, outer)).toEqual(complete); // and no write was ended as a deadlock's victim
}, 30_000);
