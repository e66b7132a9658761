import type { Sql } from '../open-catalog.js';

/**
 * The bytes of events as received, in the order of `ids`; for derived work, those of the event that it goes back to.
 * Apart from the lists, because one event may be 8 MiB. Null for an id that is not there.
 */
export async function findEventBytes(db: Sql, ids: readonly bigint[]): Promise<readonly (Buffer | null)[]> {
  const { rows } = await db.query<{ readonly id: bigint; readonly raw: Buffer }>(
    `SELECT asked.id, received.raw
       FROM inbox AS asked JOIN inbox AS received ON received.id = coalesce(asked.root_id, asked.id)
      WHERE asked.id = ANY ($1::bigint[])`,
    [ids],
  );
  const byId = new Map(rows.map(({ id, raw }) => [id, raw]));
  return ids.map((id) => byId.get(id) ?? null);
}
