import type { Sql } from '../open-catalog.js';
import type { Sighting } from './write-manifests.js';

/** Says that a repository holds a manifest. */
export interface Placement {
  readonly repositoryId: bigint;
  readonly manifestId: bigint;
}

// What is new, or there again, is to be counted (only images have layers to count) and examined; what an index lacked
// before is no news of today.
const PLACE = `
  WITH placed AS (
    INSERT INTO repository_manifest (repository_id, manifest_id, first_seen_at, via)
    SELECT DISTINCT repository_id, manifest_id, $1::timestamptz, $2::fact_origin
      FROM unnest($3::bigint[], $4::bigint[]) AS placed (repository_id, manifest_id)
     ORDER BY repository_id, manifest_id
    ON CONFLICT (repository_id, manifest_id) DO UPDATE SET gone_at = NULL WHERE repository_manifest.gone_at IS NOT NULL
    RETURNING repository_id, manifest_id
  ), examined AS (
    INSERT INTO finding_todo (repository_id, manifest_id) SELECT repository_id, manifest_id FROM placed
  ), asked_again AS (
    DELETE FROM missing_child WHERE (repository_id, manifest_id) IN (SELECT repository_id, manifest_id FROM placed)
  )
  INSERT INTO use_todo (repository_id, manifest_id)
  SELECT repository_id, manifest_id FROM placed JOIN manifest ON manifest.id = manifest_id AND manifest.kind = 'image'`;

/** Writes which repositories hold which manifests; one that had gone is there again. */
export async function placeManifests(sql: Sql, { at, via }: Sighting, placements: readonly Placement[]): Promise<void> {
  if (placements.length === 0) return;
  await sql.query(PLACE, [
    at,
    via,
    placements.map(({ repositoryId }) => repositoryId),
    placements.map(({ manifestId }) => manifestId),
  ]);
}
