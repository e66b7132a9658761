import type { Sql } from '../open-catalog.js';

/** Rows by their ids, remembered for each pool or connection that they were read over. */
export interface RememberedRows<Row> {
  /** What was read so far. */
  known(db: Sql): ReadonlyMap<number, Row>;
  /** All there is: what is known and, in one statement, the others. None is ever missed. */
  all(db: Sql): Promise<ReadonlyMap<number, Row>>;
  /** What is known, if these ids are all in it; else all there is. */
  withIds(db: Sql, ids: readonly number[]): Promise<ReadonlyMap<number, Row>>;
}

/**
 * Remembers rows that never change under their id, where no id is given twice, so that what is known stays true: also what a
 * transaction added that was rolled back later, since nothing can point at it. `readFresh` reads all but the known ids, in
 * whatever order they were committed.
 */
export function rememberById<Row>(
  readFresh: (db: Sql, knownIds: readonly number[]) => Promise<Iterable<readonly [id: number, row: Row]>>,
): RememberedRows<Row> {
  const memories = new WeakMap<Sql, Map<number, Row>>();
  const memoryOf = (db: Sql): Map<number, Row> => {
    const memory = memories.get(db) ?? new Map<number, Row>();
    memories.set(db, memory);
    return memory;
  };
  const all = async (db: Sql): Promise<ReadonlyMap<number, Row>> => {
    const memory = memoryOf(db);
    for (const [id, row] of await readFresh(db, [...memory.keys()])) memory.set(id, row);
    return memory;
  };
  return {
    known: memoryOf,
    all,
    async withIds(db, ids) {
      const memory = memoryOf(db);
      return ids.every((id) => memory.has(id)) ? memory : all(db);
    },
  };
}
