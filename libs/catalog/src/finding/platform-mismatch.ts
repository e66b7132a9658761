import { platformsDisagree } from '@strata/oci';
import { digestFromBytes } from '../digest-bytes.js';
import { HELD, placementColumns, type PlacementExamination } from './examined.js';
import { SEVERITY_OF } from './severity-of.js';

const FIND = `
  WITH held AS MATERIALIZED (${HELD})
  SELECT held.repository_id AS "repositoryId", held.manifest_id AS "manifestId", entry.child_digest AS child,
         entry.raw_platform AS "rawPlatform", config.document, listed.name AS index, own.name AS config
    FROM held
    JOIN index_entry AS entry ON entry.manifest_id = held.manifest_id AND entry.kind = 'platform'
    JOIN manifest AS child ON child.digest = entry.child_digest AND child.kind = 'image' AND child.status = 'valid'
    JOIN image_config AS config ON config.id = child.config_id
    JOIN platform AS listed ON listed.id = entry.platform_id
    JOIN platform AS own ON own.id = child.platform_id
   WHERE entry.platform_id <> child.platform_id
   ORDER BY held.repository_id, held.manifest_id, entry.position`;

/**
 * Indexes that say of an image another platform than its own config does. What only one of the two says (the variant, the
 * version of Windows) is no disagreement. The first entry of a child that disagrees is named.
 */
export const platformMismatch: PlacementExamination = async (sql, placements) => {
  interface Row {
    readonly repositoryId: bigint;
    readonly manifestId: bigint;
    readonly child: Buffer;
    readonly rawPlatform: string | null;
    readonly document: Buffer;
    readonly index: string;
    readonly config: string;
  }
  const { rows } = await sql.query<Row & Record<string, unknown>>(FIND, placementColumns(placements));
  const disagreeing = rows.filter(({ rawPlatform, document }) => platformsDisagree(rawPlatform, document));
  return disagreeing.map(({ repositoryId, manifestId, child, index, config }) => ({
    repositoryId,
    manifestId,
    tagId: null,
    kind: 'platform_mismatch',
    severity: SEVERITY_OF.platform_mismatch,
    policyId: null,
    subject: digestFromBytes(child),
    detail: { index, config },
    since: null,
  }));
};
