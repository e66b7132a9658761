import { afterAll, beforeAll, expect, it } from '@jest/globals';
import pg from 'pg';
import { freshDatabase, type FreshDatabase } from '../testing/fresh-database.js';
import { createInboxSignal, INBOX_CHANNEL } from './record-events-signal.js';

let database: FreshDatabase;
let listener: pg.Client;
let heard = 0;
beforeAll(async () => {
  database = await freshDatabase();
  listener = new pg.Client({ connectionString: database.url });
  await listener.connect();
  listener.on('notification', ({ channel }) => (heard += channel === INBOX_CHANNEL ? 1 : 0));
  await listener.query(`LISTEN ${INBOX_CHANNEL}`);
});
afterAll(async () => {
  await listener.end();
  await database.drop();
});

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

it('turns many calls into few notifications, the last one after the last call', async () => {
  const signal = createInboxSignal(database.catalog, { intervalMs: 30 });
  for (let call = 0; call < 200; call += 1) signal.raise();
  await pause(150);
  expect(heard).toBe(2); // one at once, one for all the calls that came while it was on its way
  signal.raise();
  await pause(100);
  expect(heard).toBe(3);
  signal.close();
  signal.raise();
  await pause(60);
  expect(heard).toBe(3);
});

it('does not trouble the caller when the database is away', async () => {
  const signal = createInboxSignal({ pool: new pg.Pool({ port: 1, host: '127.0.0.1' }) }, { intervalMs: 1 });
  signal.raise();
  await pause(50);
  signal.close();
});
