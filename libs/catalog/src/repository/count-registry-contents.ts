import type { Sql } from '../open-catalog.js';

/** What lies in one registry. */
export interface RegistryContents {
  readonly repositories: number;
  readonly liveTags: number;
}

const COUNT = `
SELECT asked.id,
  (SELECT count(*) FROM repository WHERE registry_id = asked.id)::int AS repositories,
  (SELECT count(*) FROM tag JOIN repository ON repository.id = tag.repository_id
   WHERE repository.registry_id = asked.id AND tag.manifest_id IS NOT NULL)::int AS "liveTags"
FROM unnest($1::int[]) AS asked (id)`;

/** Exact counts, in the order of `ids`; an unknown id holds nothing. */
export async function countRegistryContents(db: Sql, ids: readonly number[]): Promise<readonly RegistryContents[]> {
  const { rows } = await db.query<RegistryContents & { readonly id: number }>(COUNT, [ids]);
  const byId = new Map(rows.map(({ id, repositories, liveTags }) => [id, { repositories, liveTags }]));
  return ids.map((id) => byId.get(id) ?? { repositories: 0, liveTags: 0 });
}
