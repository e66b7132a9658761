import type { Sql } from '../open-catalog.js';

/** The exact bytes of each manifest, in the order of `manifestIds`; null where none are kept (a document above the ceiling). */
export async function findDocuments(db: Sql, manifestIds: readonly bigint[]): Promise<readonly (Uint8Array | null)[]> {
  const { rows } = await db.query<{ readonly id: bigint; readonly bytes: Buffer }>(
    'SELECT manifest_id AS id, bytes FROM manifest_document WHERE manifest_id = ANY ($1::bigint[])',
    [manifestIds],
  );
  const byId = new Map(rows.map(({ id, bytes }) => [id, bytes]));
  return manifestIds.map((id) => byId.get(id) ?? null);
}
