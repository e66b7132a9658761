import { digestFromBytes } from '../digest-bytes.js';
import { HELD, placementColumns, type PlacementExamination } from './examined.js';
import { SEVERITY_OF } from './severity-of.js';

const FIND = `
  WITH held AS MATERIALIZED (${HELD})
  SELECT DISTINCT ON (held.repository_id, held.manifest_id, entry.child_digest)
         held.repository_id AS "repositoryId", held.manifest_id AS "manifestId", entry.child_digest AS child,
         platform.name AS platform
    FROM held
    JOIN missing_child AS missing ON missing.repository_id = held.repository_id AND missing.manifest_id = held.manifest_id
    JOIN index_entry AS entry ON entry.manifest_id = held.manifest_id AND entry.child_digest = missing.child_digest
    LEFT JOIN platform ON platform.id = entry.platform_id
   WHERE NOT EXISTS (
     SELECT FROM manifest AS child JOIN repository_manifest AS placed ON placed.manifest_id = child.id
      WHERE child.digest = entry.child_digest AND placed.repository_id = held.repository_id AND placed.gone_at IS NULL)
   ORDER BY held.repository_id, held.manifest_id, entry.child_digest, entry.position`;

/** Indexes with a child that their registry said it does not have (`missing_child`), and that has not come since. */
export const brokenIndex: PlacementExamination = async (sql, placements) => {
  interface Row {
    readonly repositoryId: bigint;
    readonly manifestId: bigint;
    readonly child: Buffer;
    readonly platform: string | null;
  }
  const { rows } = await sql.query<Row & Record<string, unknown>>(FIND, placementColumns(placements));
  return rows.map(({ repositoryId, manifestId, child, platform }) => ({
    repositoryId,
    manifestId,
    tagId: null,
    kind: 'broken_index',
    severity: SEVERITY_OF.broken_index,
    policyId: null,
    subject: digestFromBytes(child),
    detail: { platform },
    since: null,
  }));
};
