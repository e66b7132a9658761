import type { Placement } from '../image/place-manifests.js';
import type { Sql } from '../open-catalog.js';

/** What has changed since it was last examined: tags, and placements of manifests. */
export interface FindingTodo {
  readonly ids: readonly bigint[];
  readonly tagIds: readonly bigint[];
  readonly placements: readonly Placement[];
}

/**
 * The oldest `limit` rows that were noted for examination. Rows of transactions that are still open are not seen, and are
 * there the next time; what a row tells of is seen with it.
 */
export async function readFindingTodo(sql: Sql, limit: number): Promise<FindingTodo> {
  const { rows } = await sql.query<{
    readonly id: bigint;
    readonly tag_id: bigint | null;
    readonly repository_id: bigint | null;
    readonly manifest_id: bigint | null;
  }>('SELECT id, tag_id, repository_id, manifest_id FROM finding_todo ORDER BY id LIMIT $1', [limit]);
  const placements = rows.flatMap(({ repository_id, manifest_id }) =>
    repository_id === null || manifest_id === null ? [] : [{ repositoryId: repository_id, manifestId: manifest_id }],
  );
  return {
    ids: rows.map(({ id }) => id),
    tagIds: [...new Set(rows.map(({ tag_id }) => tag_id).filter((id) => id !== null))],
    placements: uniquePlacements(placements),
  };
}

/** Takes rows away, in the transaction that writes what came of them. */
export async function endFindingTodo(sql: Sql, { ids }: Pick<FindingTodo, 'ids'>): Promise<void> {
  if (ids.length > 0) await sql.query('DELETE FROM finding_todo WHERE id = ANY($1::bigint[])', [ids]);
}

/** How many rows wait. */
export async function countFindingTodo(sql: Sql): Promise<number> {
  const { rows } = await sql.query<{ n: bigint }>('SELECT count(*) AS n FROM finding_todo');
  return Number(rows[0]?.n ?? 0n);
}

/** Each once. */
export function uniquePlacements(placements: readonly Placement[]): readonly Placement[] {
  return [...new Map(placements.map((one) => [`${one.repositoryId}:${one.manifestId}`, one])).values()];
}
