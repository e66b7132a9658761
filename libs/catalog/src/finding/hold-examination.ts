import pg from 'pg';
import { openExaminedTags, type ExaminedTags } from './examined-tags.js';
import { transactionOn, type Catalog, type Sql } from '../open-catalog.js';

/** Any number that nobody else takes a lock on: one process of the installation examines at a time. */
const EXAMINATION_LOCK = 7_275_003;

/**
 * The right to examine. It hangs on one connection, and everything is read and written through that: whoever loses the
 * right cannot write any more, and what was worked out before another one took over is never written after it.
 */
export interface ExaminationHold {
  /**
   * Statements that are asked together go in one round trip and are run one after the other; one that fails fails alone.
   * Cursors of the driver cannot be used on it, those of SQL can.
   */
  readonly sql: Sql;
  /** What is examined under it, for an evaluation over all tags that goes on between the steps. */
  readonly examined: ExaminedTags;
  /** Runs `work` in one transaction, as `inTransaction` does. */
  transaction<T>(work: (sql: Sql) => Promise<T>): Promise<T>;
  /** Gives it back; the next one takes it at once. */
  release(): Promise<void>;
}

// A holder whose machine is gone without a word is noticed after some ten seconds. Lots are small and their statements
// long: compiling these would take longer than running them.
const SETTINGS =
  'SET tcp_keepalives_idle = 4; SET tcp_keepalives_interval = 2; SET tcp_keepalives_count = 3; SET jit = off';

/** Takes the right to examine; null while somebody else has it. Throws what the database throws. */
export async function holdExamination({ pool }: Pick<Catalog, 'pool'>): Promise<ExaminationHold | null> {
  const { connectionString, types } = pool.options;
  const client = new pg.Client({
    connectionString,
    types,
    keepAlive: true,
    connectionTimeoutMillis: 5_000,
    pipeline: true,
  });
  client.on('error', () => undefined); // the statement under way, or the next one, fails with it
  await client.connect();
  const release = (): Promise<void> => client.end().catch(() => undefined);
  try {
    await client.query(SETTINGS);
    const { rows } = await client.query<{ mine: boolean }>('SELECT pg_try_advisory_lock($1) AS mine', [
      EXAMINATION_LOCK,
    ]);
    if (rows[0]?.mine === true)
      return {
        sql: client,
        examined: openExaminedTags(),
        transaction: (work) => transactionOn(client, pool, work, () => void release()),
        release,
      };
  } catch (error) {
    await release();
    throw error;
  }
  await release();
  return null;
}
