import { HELD, placementColumns, type PlacementExamination } from './examined.js';
import { SEVERITY_OF } from './severity-of.js';

const FIND = `
  WITH held AS MATERIALIZED (${HELD})
  SELECT held.repository_id AS "repositoryId", held.manifest_id AS "manifestId",
         problems -> 0 ->> 'code' AS code, problems -> 0 ->> 'message' AS message
    FROM held JOIN manifest ON manifest.id = held.manifest_id AND manifest.status = 'invalid'`;

/** Documents that some repository holds as a manifest and that mean nothing, or not the same to everybody. */
export const invalidManifest: PlacementExamination = async (sql, placements) => {
  interface Row {
    readonly repositoryId: bigint;
    readonly manifestId: bigint;
    readonly code: string | null;
    readonly message: string | null;
  }
  const { rows } = await sql.query<Row & Record<string, unknown>>(FIND, placementColumns(placements));
  return rows.map(({ repositoryId, manifestId, code, message }) => ({
    repositoryId,
    manifestId,
    tagId: null,
    kind: 'invalid_manifest',
    severity: SEVERITY_OF.invalid_manifest,
    policyId: null,
    subject: '',
    detail: { code: code ?? '', message: message ?? '' },
    since: null,
  }));
};
