import type { Sql } from '../open-catalog.js';

// As `settle-indexes.ts` takes the platforms: what the index says of a child counts before what its config says.
const FIND = `
  WITH RECURSIVE below (root, id) AS (
    SELECT id, id FROM manifest WHERE id = ANY($1::bigint[])
    UNION
    SELECT below.root, child.id
      FROM below
      JOIN index_entry AS entry ON entry.manifest_id = below.id AND entry.kind IN ('platform', 'index', 'unknown')
      JOIN manifest AS child ON child.digest = entry.child_digest AND child.status = 'valid'
  ), listed (root, platform_id, digest) AS (
    SELECT below.root, coalesce(CASE entry.kind WHEN 'platform' THEN entry.platform_id END, child.platform_id), entry.child_digest
      FROM below
      JOIN index_entry AS entry ON entry.manifest_id = below.id AND entry.kind IN ('platform', 'unknown')
      LEFT JOIN manifest AS child
        ON child.digest = entry.child_digest AND child.kind = 'image' AND child.status = 'valid'
    UNION
    SELECT id, platform_id, digest FROM manifest WHERE id = ANY($1::bigint[]) AND kind = 'image'
  )
  SELECT root, platform_id AS "platformId", string_agg(DISTINCT encode(digest, 'hex'), ' ' ORDER BY encode(digest, 'hex')) AS digests
    FROM listed WHERE platform_id IS NOT NULL GROUP BY root, platform_id`;

/** What a manifest leads to on each platform, by the platform's id: equal texts stand for the same images. */
export type PlatformDigests = ReadonlyMap<number, string>;

/** Which images each manifest leads to on which platform, also those that nobody has seen, in the order of `ids`. */
export async function findPlatformDigests(db: Sql, ids: readonly bigint[]): Promise<readonly PlatformDigests[]> {
  const { rows } = await db.query<{ root: bigint; platformId: number; digests: string }>(FIND, [ids]);
  const byRoot = Map.groupBy(rows, ({ root }) => root);
  return ids.map((id) => new Map((byRoot.get(id) ?? []).map(({ platformId, digests }) => [platformId, digests])));
}
