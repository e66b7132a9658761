import { COMPANION_SUFFIXES } from './attestation.js';
import { BASES_OF, BUILDS_SINCE } from './bases-behind.js';
import { givenIds } from './given-ids.js';
import { toQuery } from './sql.js';

/** A statement with a name, which a connection plans once. */
export interface Statement {
  readonly name: string;
  readonly text: string;
}

/** Of the tags `$1` those that point at something, with the names that filters ask. */
export const TAGS: Statement = {
  name: 'facts.tags',
  text: `SELECT tag.id AS "tagId", tag.repository_id AS "repositoryId", tag.manifest_id AS "manifestId",
      registry.host AS registry, repository.name AS repository, tag.name, tag.platform_set_id AS "platformSetId",
      tag.format, tag.total_bytes AS "totalBytes", tag.pushed_at AS "pushedAt"
    FROM tag JOIN repository ON repository.id = tag.repository_id JOIN registry ON registry.id = repository.registry_id
    WHERE tag.id = ANY (${givenIds(1)}) AND tag.manifest_id IS NOT NULL`,
};

/** Every manifest that each of the manifests `$1` leads to, itself included. */
export const REACHED: Statement = {
  name: 'facts.reached',
  text: `WITH RECURSIVE reached (root, id) AS (
      SELECT id, id FROM unnest(${givenIds(1)}) AS asked (id)
      UNION
      SELECT reached.root, child.id FROM reached
      JOIN index_entry AS entry ON entry.manifest_id = reached.id
      JOIN manifest AS child ON child.digest = entry.child_digest
    ) SELECT root, id FROM reached`,
};

/** Of texts by key those of the keys `$2`: of the others, which may be many, nothing is sent. Null where there are none. */
const texts = (column: string): string => `CASE WHEN ${column} ?| $2::text[] THEN
      (SELECT jsonb_object_agg(key, ${column} -> key) FROM unnest($2::text[]) AS key WHERE ${column} ? key) END`;

/** What filters ask of the manifests `$1` themselves; annotations of the keys `$2`. */
export const POINTED: Statement = {
  name: 'facts.pointed',
  text: `SELECT manifest.id, manifest.digest, media_type.name AS "mediaType", ${texts('manifest.annotations')} AS annotations
    FROM manifest JOIN media_type ON media_type.id = manifest.media_type_id WHERE manifest.id = ANY (${givenIds(1)})`,
};

/** Of those of the manifests `$1` that are images: what their configs say; labels of the keys `$2`. */
export const CONFIGS: Statement = {
  name: 'facts.configs',
  text: `SELECT image.id, config.run_user AS "user", ${texts('config.labels')} AS labels
    FROM manifest AS image JOIN image_config AS config ON config.id = image.config_id
    WHERE image.id = ANY (${givenIds(1)}) AND image.kind = 'image' AND image.status = 'valid'`,
};

/** Which of the layers `$2` the images `$1` contain. */
export const LAYERS: Statement = {
  name: 'facts.layers',
  text: `SELECT place.manifest_id AS id, layer.digest FROM image_layer AS place JOIN layer ON layer.id = place.layer_id
    WHERE place.manifest_id = ANY (${givenIds(1)}) AND layer.digest = ANY ($2::bytea[])`,
};

/** Which of the types `$2` the images `$1` have a layer of. Not planned once for all: where to begin hangs on how rare they are. */
export const LAYER_TYPES = `
  SELECT place.manifest_id AS id, layer.media_type_id AS "typeId" FROM layer JOIN image_layer AS place ON place.layer_id = layer.id
  WHERE layer.media_type_id = ANY ($2::int[]) AND place.media_type_id IS NULL AND place.manifest_id = ANY ($1::bigint[])
  UNION
  SELECT place.manifest_id, place.media_type_id FROM image_layer AS place
  WHERE place.media_type_id = ANY ($2::int[]) AND place.manifest_id = ANY ($1::bigint[])`;

const HELD = `EXISTS (SELECT FROM repository_manifest AS placement WHERE placement.manifest_id = speaker.id AND placement.gone_at IS NULL)`;

/** Types of what refers to the manifests `$1` and is held somewhere; null for none. */
export const REFERRERS: Statement = {
  name: 'facts.referrers',
  text: `SELECT subject.id, media_type.name AS type
    FROM manifest AS subject JOIN manifest AS speaker ON speaker.subject_digest = subject.digest
    LEFT JOIN media_type ON media_type.id = speaker.artifact_type_id
    WHERE subject.id = ANY (${givenIds(1)}) AND ${HELD}`,
};

// As text: the driver does not know arrays of our own types.
const KINDS = `array_append(speaker.statements, speaker.artifact_kind)::text[]`;

/** What stands beside the manifests `$1`: as a referrer, or in the same index. */
export const SPEAKERS: Statement = {
  name: 'facts.speakers',
  text: `SELECT subject.id, ${KINDS} AS kinds
    FROM manifest AS subject JOIN manifest AS speaker ON speaker.subject_digest = subject.digest
    WHERE subject.id = ANY (${givenIds(1)}) AND speaker.kind = 'artifact' AND ${HELD}
    UNION ALL
    SELECT entry.manifest_id, ${KINDS}
    FROM index_entry AS entry JOIN manifest AS speaker ON speaker.digest = entry.child_digest
    WHERE entry.manifest_id = ANY (${givenIds(1)}) AND speaker.kind = 'artifact' AND ${HELD}`,
};

/** What cosign has written beside the manifests `$2` in the repositories `$1`, pair by pair; most repositories have nothing of it. */
export const COMPANIONS: Statement = {
  name: 'facts.companions',
  text: `WITH signing AS MATERIALIZED (
      SELECT asked.id FROM (SELECT DISTINCT unnest(${givenIds(1)}) AS id) AS asked WHERE EXISTS (SELECT FROM tag
        WHERE tag.repository_id = asked.id AND tag.manifest_id IS NOT NULL AND tag.name LIKE 'sha256-%')
    ), asked AS MATERIALIZED (
      SELECT subject.id, asked.repository_id, suffix.kind, 'sha256-' || encode(substr(subject.digest, 2), 'hex') || suffix.text AS name
      FROM unnest(${givenIds(1)}, ${givenIds(2)}) AS asked (repository_id, id)
      JOIN manifest AS subject ON subject.id = asked.id AND get_byte(subject.digest, 0) = 1
      CROSS JOIN ${COMPANION_SUFFIXES.texts.join('')} WHERE asked.repository_id IN (SELECT id FROM signing)
    )
    SELECT asked.id, asked.repository_id AS "repositoryId",
      CASE WHEN speaker.id IS NULL THEN ARRAY[asked.kind]::text[] ELSE array_append(${KINDS}, asked.kind::text) END AS kinds
    FROM asked
    JOIN tag ON tag.repository_id = asked.repository_id AND tag.name = asked.name AND tag.manifest_id IS NOT NULL
      AND tag.name LIKE 'sha256-%'
    LEFT JOIN manifest AS speaker ON speaker.id = tag.manifest_id AND speaker.kind = 'artifact'`,
};

/** The bases of the images `$1`. */
export const BASES: Statement = { name: 'facts.bases', text: toQuery(BASES_OF).text };

/** How far the tags of the bases `$1` have gone on. */
export const BUILDS: Statement = { name: 'facts.builds', text: toQuery(BUILDS_SINCE).text };

/** What is open about the tags `$1`, or about what they point at: the manifests `$3` in the repositories `$2`. */
export const FINDINGS: Statement = {
  name: 'facts.findings',
  text: `SELECT finding.tag_id AS "tagId", finding.kind FROM finding
    WHERE finding.tag_id = ANY (${givenIds(1)}) AND finding.closed_at IS NULL
    UNION ALL
    SELECT asked.tag_id, finding.kind
    FROM unnest(${givenIds(1)}, ${givenIds(2)}, ${givenIds(3)}) AS asked (tag_id, repository_id, manifest_id)
    JOIN finding USING (repository_id, manifest_id) WHERE finding.tag_id IS NULL AND finding.closed_at IS NULL`,
};
