import type pg from 'pg';
import { toQuery, type SqlPart } from './filter/sql.js';
import type { Catalog, Sql } from './open-catalog.js';

/** How rows are read that are too many to be held. */
export interface RowReading {
  /** Rows of a step: enough to be fast, few enough to be garbage again before they are kept for long. */
  readonly stepRows: number;
  /** How long one step may take; the whole takes as long as its reader does. */
  readonly stepLimitMs: number;
  /** Ends the statement under way. */
  readonly signal: AbortSignal;
  /** Settings of the transaction, such as `jit = off`. */
  readonly settings?: readonly string[];
}

/** The columns of one row as the database writes them. */
export type TextRow = readonly (string | null)[];

/** Columns stay text: most of what is read by the million is never looked at, or becomes text again. */
const AS_TEXT: pg.CustomTypesConfig = { getTypeParser: () => (text: string) => text };

/**
 * Reads every row of one statement as the catalog stood at the first step, a step at a time: the next is read when the
 * reader comes for it, so that memory does not grow with the answer. A connection is held until the generator ends.
 * `compile` may ask the database, in the same transaction. Throws what it throws, before the first rows.
 */
export async function* readRows(
  { pool }: Pick<Catalog, 'pool'>,
  compile: (sql: Sql) => Promise<SqlPart>,
  { stepRows, stepLimitMs, signal, settings = [] }: RowReading,
): AsyncGenerator<readonly TextRow[]> {
  signal.throwIfAborted();
  const client = await pool.connect();
  let broken: Error | undefined;
  let cancelling: Promise<unknown> | undefined;
  try {
    await client.query('BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY');
    for (const setting of [`statement_timeout = ${stepLimitMs}`, ...settings])
      await client.query(`SET LOCAL ${setting}`);
    const { rows: own } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    const { text, values } = toQuery(await compile(client));
    // Another connection says it: this one waits for the statement that is to end.
    const cancel = (): void => {
      cancelling = pool.query('SELECT pg_cancel_backend($1)', [own[0]?.pid]).catch(() => undefined);
    };
    signal.addEventListener('abort', cancel, { once: true });
    try {
      await client.query(`DECLARE reading NO SCROLL CURSOR FOR ${text}`, values);
      for (;;) {
        signal.throwIfAborted();
        const fetch = { text: `FETCH ${stepRows} FROM reading`, rowMode: 'array', types: AS_TEXT } as const;
        const { rows } = await client.query<(string | null)[]>(fetch);
        if (rows.length > 0) yield rows;
        if (rows.length < stepRows) return;
      }
    } finally {
      signal.removeEventListener('abort', cancel);
    }
  } finally {
    await cancelling; // it must not meet the next who uses this connection
    await client.query('ROLLBACK').catch((error: Error) => (broken = error));
    client.release(broken);
  }
}
