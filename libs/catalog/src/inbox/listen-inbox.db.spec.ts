import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { freshDatabase, type FreshDatabase } from '../testing/fresh-database.js';
import { listenInbox } from './listen-inbox.js';
import { INBOX_CHANNEL } from './record-events-signal.js';

let database: FreshDatabase;
beforeAll(async () => void (database = await freshDatabase()));
afterAll(() => database.drop());

const sleep = (delayMs: number) => new Promise((resolve) => setTimeout(resolve, delayMs));
async function until(isSo: () => boolean): Promise<void> {
  for (let left = 400; !isSo(); left -= 1) {
    if (left === 0) throw new Error('it did not come to pass');
    await sleep(10);
  }
}
const listeners = `SELECT pid FROM pg_stat_activity WHERE query LIKE 'LISTEN%' AND datname = current_database()`;

it('calls for what is there at the start, for each notification, and after its connection was broken', async () => {
  let news = 0;
  const errors: Error[] = [];
  const listener = listenInbox(
    database.url,
    () => (news += 1),
    (error) => void errors.push(error),
  );
  await until(() => news === 1);
  await database.catalog.pool.query(`NOTIFY ${INBOX_CHANNEL}`);
  await until(() => news === 2);
  await database.catalog.pool.query(`SELECT pg_terminate_backend(pid) FROM (${listeners}) AS listener`);
  await until(() => news === 3);
  expect(errors).not.toHaveLength(0);
  await database.catalog.pool.query(`NOTIFY ${INBOX_CHANNEL}`);
  await until(() => news === 4);
  await listener.close();
  await sleep(50);
  expect((await database.catalog.pool.query(listeners)).rows).toEqual([]);
});

it('closes at once while the database is away, and says nothing more', async () => {
  const errors: Error[] = [];
  const listener = listenInbox(
    'postgres://nobody@127.0.0.1:1/none',
    () => undefined,
    (error) => void errors.push(error),
  );
  await until(() => errors.length > 0);
  await listener.close();
  const before = errors.length;
  await sleep(1_200);
  expect(errors).toHaveLength(before);
});
