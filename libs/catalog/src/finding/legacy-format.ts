import { TAG_COLUMNS, type TagExamination, type TagOf } from './examined.js';
import { SEVERITY_OF } from './severity-of.js';

const FIND = `
  SELECT ${TAG_COLUMNS} FROM tag
   WHERE tag.id = ANY($1::bigint[]) AND tag.manifest_id IS NOT NULL AND tag.format = 'docker_schema1'`;

/** Live tags on Docker schema 1, which registries and clients are dropping. */
export const legacyFormat: TagExamination = async (sql, tagIds) => {
  const { rows } = await sql.query<TagOf>(FIND, [tagIds]);
  return rows.map((about) => ({
    ...about,
    kind: 'legacy_format',
    severity: SEVERITY_OF.legacy_format,
    policyId: null,
    subject: '',
    detail: null,
    since: null,
  }));
};
