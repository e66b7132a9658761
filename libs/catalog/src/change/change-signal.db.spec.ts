import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { anImage } from '@strata/oci/testing';
import { inTransaction } from '../open-catalog.js';
import { freshDatabase, type FreshDatabase } from '../testing/fresh-database.js';
import { writeTags } from '../tag/write-tags.js';
import { aScene, type Scene } from '../testing/graph-scene.js';
import { listenChanges } from './listen-changes.js';

let db: FreshDatabase;
let scene: Scene;
beforeAll(async () => {
  db = await freshDatabase();
  scene = await aScene(db.catalog);
});
afterAll(() => db.drop());

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

it('wakes followers after the commit of a transaction that changed a tag, and not for any other', async () => {
  let news = 0;
  const listener = listenChanges(db.catalog, { onNews: () => (news += 1), onError: () => undefined });
  while (news === 0) await pause(5); // once when it begins to listen
  const repositoryId = await scene.repository('team/app');
  const image = anImage({ seed: 'signal' });
  await scene.write(repositoryId, image);
  const { rows } = await db.catalog.pool.query<{ id: bigint }>('SELECT id FROM manifest');
  const observation = {
    ...{ repositoryId, registryHost: 'r', repository: 'team/app', tag: '1', version: 0, actor: null },
    ...{ manifestId: rows[0]?.id ?? null, observedAt: new Date(), pushedAt: null, via: 'event' as const },
  };
  const failed = inTransaction(db.catalog, async (sql) => {
    await writeTags(sql, [observation]);
    throw new Error('rolled back');
  });
  await expect(failed).rejects.toThrow('rolled back');
  await inTransaction(db.catalog, (sql) => sql.query('SELECT 1')); // on the same connection
  await pause(100);
  expect(news).toBe(1);
  await inTransaction(db.catalog, async (sql) => {
    await writeTags(sql, [observation]);
    await pause(100);
    expect(news).toBe(1);
  });
  while (news === 1) await pause(5);
  await listener.close();
});
