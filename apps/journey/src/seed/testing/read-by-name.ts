import type { Sql } from '@strata/catalog';

// Each table with names in the place of ids, because two databases give the same thing different ids.
const MANIFEST = `encode(manifest.digest, 'hex')`;
const REPOSITORY = `(SELECT host || '/' || repository.name FROM registry WHERE registry.id = repository.registry_id)`;
const NAMESPACE = `(SELECT host || '/' || namespace.name FROM registry WHERE registry.id = namespace.registry_id)`;
const mediaType = (column: string) => `(SELECT name FROM media_type WHERE id = ${column})`;
const platform = (column: string) => `(SELECT name FROM platform WHERE id = ${column})`;
const platformSet = (column: string) =>
  `ARRAY(SELECT name FROM platform WHERE id = ANY ((SELECT members FROM platform_set WHERE id = ${column})::int[]) ORDER BY 1)`;

const TABLES: Readonly<Record<string, string>> = {
  registry: `SELECT host FROM registry`,
  source: `SELECT source.name, dialect, host FROM source JOIN registry ON registry.id = registry_id`,
  platform: `SELECT name, os, architecture, variant, os_version, os_features FROM platform`,
  repository: `SELECT ${REPOSITORY}, updated_at FROM repository`,
  layer: `SELECT digest, ${mediaType('media_type_id')}, size_bytes FROM layer`,
  image_config: `SELECT digest, ${mediaType('media_type_id')}, size_bytes, document, ${platform('platform_id')}, created_at, labels, run_user
    FROM image_config`,
  manifest: `SELECT manifest.digest, kind, format, ${mediaType('manifest.media_type_id')}, manifest.size_bytes, status, problems,
      annotations, ${mediaType('artifact_type_id')}, artifact_kind, statements, subject_digest, image_config.digest,
      ${platform('manifest.platform_id')}, ${platformSet('platform_set_id')}, total_bytes, layer_count, chain_id,
      diff_chain_id, first_seen_at, first_seen_via, verified_at
    FROM manifest LEFT JOIN image_config ON image_config.id = config_id`,
  manifest_document: `SELECT ${MANIFEST}, bytes FROM manifest_document JOIN manifest ON manifest.id = manifest_id`,
  image_layer: `SELECT ${MANIFEST}, position, layer.digest, diff_id, image_layer.chain_id, image_layer.diff_chain_id
    FROM image_layer JOIN manifest ON manifest.id = manifest_id JOIN layer ON layer.id = layer_id`,
  index_entry: `SELECT ${MANIFEST}, position, child_digest, ${mediaType('index_entry.media_type_id')}, index_entry.size_bytes,
      index_entry.kind, ${platform('index_entry.platform_id')}, raw_platform, ${mediaType('index_entry.artifact_type_id')},
      index_entry.annotations
    FROM index_entry JOIN manifest ON manifest.id = manifest_id`,
  repository_manifest: `SELECT ${REPOSITORY}, ${MANIFEST}, repository_manifest.first_seen_at, via, gone_at
    FROM repository_manifest JOIN repository ON repository.id = repository_id JOIN manifest ON manifest.id = manifest_id`,
  tag: `SELECT ${REPOSITORY}, tag.name, reference, version, ${MANIFEST},
      CASE WHEN manifest_id IS NOT NULL THEN ${platformSet('tag.platform_set_id')} END, tag.format, tag.total_bytes,
      pushed_at, observed_at
    FROM tag JOIN repository ON repository.id = repository_id LEFT JOIN manifest ON manifest.id = manifest_id`,
  tag_interval: `SELECT reference, ${MANIFEST}, from_at, to_at, tag_interval.pushed_at, via, actor
    FROM tag_interval JOIN tag ON tag.id = tag_id JOIN manifest ON manifest.id = tag_interval.manifest_id`,
  use_todo: `SELECT repository_id, manifest_id FROM use_todo`,
  counted_placement: `SELECT ${REPOSITORY}, ${MANIFEST}
    FROM counted_placement JOIN repository ON repository.id = repository_id JOIN manifest ON manifest.id = manifest_id`,
  layer_use: `SELECT digest, layer_use.size_bytes, images, repositories, saved_bytes FROM layer_use JOIN layer ON layer.id = layer_id`,
  repository_layer: `SELECT ${REPOSITORY}, digest, repository_layer.size_bytes, images
    FROM repository_layer JOIN repository ON repository.id = repository_id JOIN layer ON layer.id = layer_id`,
  namespace_layer: `SELECT ${NAMESPACE}, digest, repositories
    FROM namespace_layer JOIN namespace_use AS namespace ON namespace.id = namespace_id JOIN layer ON layer.id = layer_id`,
  namespace_use: `SELECT ${NAMESPACE}, logical_bytes, unique_bytes, exclusive_bytes FROM namespace_use AS namespace`,
  // Sums of ids as how far they are from those of the holders.
  registry_layer: `SELECT host, digest, registry_layer.size_bytes, repositories, namespaces,
      repository_sum - (SELECT sum(repository.id) FROM repository_layer AS held JOIN repository ON repository.id = held.repository_id
        WHERE held.layer_id = layer.id AND repository.registry_id = registry.id),
      namespace_sum - (SELECT sum(namespace.id) FROM namespace_layer AS held JOIN namespace_use AS namespace ON namespace.id = held.namespace_id
        WHERE held.layer_id = layer.id AND namespace.registry_id = registry.id)
    FROM registry_layer JOIN registry ON registry.id = registry_id JOIN layer ON layer.id = layer_id`,
  repository_use: `SELECT ${REPOSITORY}, live_tags, logical_bytes, unique_bytes, exclusive_bytes
    FROM repository_use JOIN repository ON repository.id = repository_id`,
  registry_use: `SELECT host, unique_bytes FROM registry_use JOIN registry ON registry.id = registry_id`,
};

/** Every row that the loader writes as a sorted text, by table. */
export async function readByName(db: Sql): Promise<Readonly<Record<string, readonly string[]>>> {
  const read: [string, readonly string[]][] = [];
  for (const [table, select] of Object.entries(TABLES)) {
    const { rows } = await db.query<{ row: string }>(`SELECT named::text AS row FROM (${select}) AS named ORDER BY 1`);
    read.push([table, rows.map(({ row }) => row)]);
  }
  return Object.fromEntries(read);
}
