import { toQuery } from '../filter/sql.js';
import type { Catalog } from '../open-catalog.js';
import { findingSentence } from '../finding/find-findings.js';
import { compileExport, type ExportQuery } from './export-lists.js';

/** Rows that one step reads: enough to be fast, few enough to be garbage again before they are kept for long. */
const STEP_ROWS = 500;

/** How long one step may take; the whole takes as long as its reader does. */
const STEP_LIMIT_MS = 60_000;

/** The cells of one row as text, in the order of the fields. */
export type ExportRow = readonly (string | null)[];

/**
 * Reads every row that the query chooses, as the catalog stood at the first step, some hundreds at a time: the next
 * are read when the reader comes for them, so that memory does not grow with the answer. A connection is held until the
 * generator ends; `signal` ends the statement under way. Throws what `compileExport` does, before the first rows.
 */
export async function* exportRows(
  { pool }: Catalog,
  query: ExportQuery,
  fields: readonly string[],
  signal: AbortSignal,
): AsyncGenerator<readonly ExportRow[]> {
  signal.throwIfAborted();
  const client = await pool.connect();
  let broken: Error | undefined;
  let cancelling: Promise<unknown> | undefined;
  try {
    await client.query('BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY');
    await client.query(`SET LOCAL statement_timeout = ${STEP_LIMIT_MS}`);
    const { rows: own } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    const finish = finisherOf(query, fields);
    const { text, values } = toQuery(await compileExport(client, query, fields));
    // Another connection says it: this one waits for the statement that is to end.
    const cancel = (): void => {
      cancelling = pool.query('SELECT pg_cancel_backend($1)', [own[0]?.pid]).catch(() => undefined);
    };
    signal.addEventListener('abort', cancel, { once: true });
    try {
      await client.query(`DECLARE export NO SCROLL CURSOR FOR ${text}`, values);
      for (;;) {
        signal.throwIfAborted();
        const step = await client.query<(string | null)[]>({
          text: `FETCH ${STEP_ROWS} FROM export`,
          rowMode: 'array',
        });
        if (step.rows.length > 0) yield finish(step.rows);
        if (step.rows.length < STEP_ROWS) return;
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

/** What is left to do to rows that the database gave: sentences are made here. */
function finisherOf(
  { kind }: ExportQuery,
  fields: readonly string[],
): (rows: readonly ExportRow[]) => readonly ExportRow[] {
  const at = kind === 'findings' ? fields.indexOf('message') : -1;
  if (at === -1) return (rows) => rows;
  const finish = (cell: string | null, index: number): string | null =>
    index === at && cell !== null ? findingSentence(cell) : cell;
  return (rows) => rows.map((row) => row.map(finish));
}
