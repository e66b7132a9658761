import type { SqlPart } from '../../filter/sql.js';
import type { Catalog } from '../../open-catalog.js';
import { readRows } from '../../read-rows.js';
import type { RowId } from './id-set.js';

/** Where everything is read from, beside the connection that writes, until it is given up. */
export interface SweepReading {
  readonly catalog: Pick<Catalog, 'pool'>;
  readonly signal: AbortSignal;
}

/**
 * One look at all tags serves many policies and may take its time, which is the catalog's and not anybody's who waits; whole
 * answers are wanted, not first rows. Where every row is looked at, hashing beats sorting, and where most of a table is in
 * memory, a lookup costs less than the planner thinks.
 */
export const SWEEP_SETTINGS = [
  ...['jit = off', 'cursor_tuple_fraction = 1', `work_mem = '64MB'`, 'enable_mergejoin = off', 'random_page_cost = 2'],
] as const;

/** The longest that one step of reading may take: on millions of images some questions look at every layer of each. */
export const SWEEP_STEP_LIMIT_MS = 600_000;

const STEP_ROWS = 10_000;

/** Hands each row of a statement that selects two ids, or an id and a number. */
export async function readIds(
  { catalog, signal }: SweepReading,
  statement: SqlPart,
  take: (first: RowId, second: number) => void,
): Promise<void> {
  const reading = { stepRows: STEP_ROWS, stepLimitMs: SWEEP_STEP_LIMIT_MS, signal, settings: SWEEP_SETTINGS };
  for await (const rows of readRows(catalog, () => Promise.resolve(statement), reading))
    for (const [first, second] of rows) take(Number(first), Number(second ?? 0));
}
