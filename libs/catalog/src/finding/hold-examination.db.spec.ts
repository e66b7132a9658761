import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { freshDatabase, type FreshDatabase } from '../testing/fresh-database.js';
import type { ExaminationHold } from './hold-examination.js';
import { heldExamination } from './testing/held-examination.js';

let db: FreshDatabase;
let hold: ExaminationHold;
beforeAll(async () => {
  db = await freshDatabase();
  hold = await heldExamination(db.catalog);
  await hold.sql.query('CREATE TABLE noted (n int PRIMARY KEY)');
});
afterAll(async () => {
  await hold.release();
  await db.drop();
});
beforeEach(() => hold.sql.query('TRUNCATE noted'));

const note = (n: number) => hold.sql.query('INSERT INTO noted VALUES ($1)', [n]);
const noted = async () =>
  (await hold.sql.query<{ n: number }>('SELECT n FROM noted ORDER BY n')).rows.map(({ n }) => n);
const half = (n: number, name = 'half') =>
  hold.sql.query<{ n: number }>({ name, text: 'SELECT 10 / $1::int AS n', values: [n] });
const outcome = (all: readonly PromiseSettledResult<{ readonly rows: readonly { readonly n: number }[] }>[]) =>
  all.map((one) => (one.status === 'fulfilled' ? one.value.rows[0]?.n : String(one.reason)));

describe('statements that are asked together', () => {
  it('are answered each with its own rows, also by the same name', async () => {
    expect(outcome(await Promise.allSettled([half(1), half(2), half(5), half(1, 'other')]))).toEqual([10, 5, 2, 10]);
  });

  it('fail alone, in whichever place, and those behind them and the connection go on', async () => {
    const settled = await Promise.allSettled([
      half(5, 'first'),
      half(0, 'new'),
      half(2, 'new'),
      half(0, 'first'),
      half(1),
    ]);
    expect(outcome(settled)).toEqual([2, 'error: division by zero', 5, 'error: division by zero', 10]);
    expect(outcome(await Promise.allSettled([half(2, 'new')]))).toEqual([5]);
  });

  it('fail one by one where their text is refused', async () => {
    const broken = hold.sql.query<{ n: number }>({ name: 'broken', text: 'SELECT nothing FROM nowhere' });
    const settled = await Promise.allSettled([broken, half(2), half(1)]);
    expect(outcome(settled)).toEqual(['error: relation "nowhere" does not exist', 5, 10]);
  });

  it('are all undone with their transaction when one of them fails', async () => {
    const work = hold.transaction(() => Promise.all([note(1), note(2), note(1), note(3)]));
    await expect(work).rejects.toThrow('duplicate key');
    expect(await noted()).toEqual([]);
    await hold.transaction(() => Promise.all([note(1), note(2)]));
    expect(await noted()).toEqual([1, 2]);
  });

  it('all fail when the connection breaks, and the right to examine goes to the next', async () => {
    const { rows } = await hold.sql.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    const asked = Promise.allSettled([hold.sql.query('SELECT pg_sleep(30)'), note(7), note(8)]);
    await db.catalog.pool.query('SELECT pg_terminate_backend($1)', [rows[0]?.pid]);
    expect((await asked).map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    await expect(hold.transaction(() => note(9))).rejects.toThrow();
    hold = await heldExamination(db.catalog);
    expect(await noted()).toEqual([]);
  });
});
