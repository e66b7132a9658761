import type { Sql } from '../open-catalog.js';
import type { FactOrigin, WrittenManifest } from './written-manifest.js';

const PLACE = `
  INSERT INTO repository_manifest (repository_id, manifest_id, first_seen_at, via)
  SELECT $1, manifest_id, $2, $3::fact_origin FROM unnest($4::bigint[]) AS placed (manifest_id) ORDER BY manifest_id
  ON CONFLICT (repository_id, manifest_id) DO UPDATE SET gone_at = NULL WHERE repository_manifest.gone_at IS NOT NULL`;

/** Says that a repository holds these manifests; one that had gone is there again. */
export async function placeManifests(
  sql: Sql,
  sighting: { readonly repositoryId: bigint; readonly at: Date; readonly via: FactOrigin },
  manifests: readonly WrittenManifest[],
): Promise<void> {
  const ids = manifests.map(({ id }) => id).sort((a, b) => (a < b ? -1 : 1));
  await sql.query(PLACE, [sighting.repositoryId, sighting.at, sighting.via, ids]);
}
