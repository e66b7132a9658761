import { namespaceOf } from '@strata/catalog';
import type pg from 'pg';

/** Tables that the worker's upkeep fills beside the cataloguing, in the order in which each builds on those before. */
export const COUNTED_TABLES = [
  'counted_placement',
  'repository_layer',
  'namespace_use',
  'namespace_layer',
  'registry_layer',
  'layer_use',
  'repository_use',
  'registry_use',
] as const;

// A layer counts once per image, however often the image repeats it.
const CONTENTS = `
  CREATE TEMPORARY TABLE contents AS
  SELECT DISTINCT image_layer.manifest_id, image_layer.layer_id
    FROM image_layer WHERE manifest_id IN (SELECT manifest_id FROM counted_placement)`;

const HOMES = `(
  SELECT repository.id AS repository_id, repository.registry_id, namespace.id AS namespace_id
    FROM repository JOIN namespace_use AS namespace
      ON namespace.registry_id = repository.registry_id AND namespace.name = ${namespaceOf('repository.name')}
) AS home`;

const FILL: Readonly<Record<(typeof COUNTED_TABLES)[number], string>> = {
  counted_placement: `
    INSERT INTO counted_placement (repository_id, manifest_id)
    SELECT placement.repository_id, placement.manifest_id
      FROM repository_manifest AS placement JOIN manifest ON manifest.id = placement.manifest_id
     WHERE placement.gone_at IS NULL AND manifest.kind = 'image' AND manifest.status = 'valid'
     ORDER BY placement.manifest_id, placement.repository_id`,
  repository_layer: `
    INSERT INTO repository_layer (repository_id, layer_id, size_bytes, images)
    SELECT repository_id, layer_id, coalesce(layer.size_bytes, 0), images
      FROM (
        SELECT repository_id, layer_id, count(*) AS images FROM counted_placement JOIN contents USING (manifest_id) GROUP BY 1, 2
      ) AS held JOIN layer ON layer.id = layer_id ORDER BY 1, 2`,
  namespace_use: `
    INSERT INTO namespace_use (registry_id, name) SELECT DISTINCT registry_id, ${namespaceOf('name')} FROM repository
     WHERE id IN (SELECT repository_id FROM counted_placement) ORDER BY 1, 2`,
  namespace_layer: `
    INSERT INTO namespace_layer (namespace_id, layer_id, repositories)
    SELECT namespace_id, layer_id, count(*) FROM repository_layer JOIN ${HOMES} USING (repository_id) GROUP BY 1, 2 ORDER BY 1, 2`,
  registry_layer: `
    INSERT INTO registry_layer (registry_id, layer_id, size_bytes, repositories, repository_sum, namespaces, namespace_sum)
    SELECT registry_id, layer_id, size_bytes, count(*), sum(repository_id), count(DISTINCT namespace_id), sum(DISTINCT namespace_id)
      FROM repository_layer JOIN ${HOMES} USING (repository_id) GROUP BY 1, 2, 3 ORDER BY 1, 2`,
  layer_use: `
    INSERT INTO layer_use (layer_id, size_bytes, images, repositories)
    SELECT layer_id, size_bytes, images, repositories
      FROM (SELECT layer_id, count(*) AS images FROM contents GROUP BY 1) AS in_images
      JOIN (SELECT layer_id, size_bytes, count(*) AS repositories FROM repository_layer GROUP BY 1, 2) AS in_repositories
     USING (layer_id) ORDER BY 1`,
  repository_use: `
    INSERT INTO repository_use (repository_id, live_tags, logical_bytes, unique_bytes, exclusive_bytes)
    SELECT repository.id, coalesce(tags.live, 0), coalesce(stored.logical, 0), coalesce(stored.own, 0), coalesce(alone.bytes, 0)
      FROM repository
      LEFT JOIN (SELECT repository_id AS id, count(*) AS live FROM tag WHERE manifest_id IS NOT NULL GROUP BY 1) AS tags USING (id)
      LEFT JOIN (
        SELECT repository_id AS id, sum(size_bytes::numeric * images) AS logical, sum(size_bytes::numeric) AS own
          FROM repository_layer GROUP BY 1
      ) AS stored USING (id)
      LEFT JOIN (
        SELECT repository_sum AS id, sum(size_bytes::numeric) AS bytes FROM registry_layer WHERE repositories = 1 GROUP BY 1
      ) AS alone USING (id) ORDER BY 1`,
  registry_use: `
    INSERT INTO registry_use (registry_id, unique_bytes)
    SELECT registry_id, sum(size_bytes::numeric) FROM registry_layer GROUP BY 1 ORDER BY 1`,
};

const NAMESPACE_TOTALS = `
  UPDATE namespace_use SET logical_bytes = pushed.bytes, unique_bytes = stored.bytes, exclusive_bytes = stored.alone
    FROM (
      SELECT namespace_id AS id, sum(logical_bytes) AS bytes FROM repository_use JOIN ${HOMES} USING (repository_id) GROUP BY 1
    ) AS pushed, (
      SELECT namespace_layer.namespace_id AS id, sum(size_bytes::numeric) AS bytes,
             coalesce(sum(size_bytes::numeric) FILTER (WHERE namespaces = 1), 0) AS alone
        FROM namespace_layer
        JOIN namespace_use ON namespace_use.id = namespace_id
        JOIN registry_layer USING (registry_id, layer_id) GROUP BY 1
    ) AS stored
   WHERE pushed.id = namespace_use.id AND stored.id = namespace_use.id`;

/**
 * Counts what layers, repositories, namespaces and registries hold, all at once: the rows that `countUses` of the catalog would
 * arrive at in steps of some thousands, which takes hours for a large catalog. Nothing is left to be counted then.
 */
export async function countSeed(admin: pg.Client): Promise<void> {
  await admin.query(`TRUNCATE use_todo, ${COUNTED_TABLES.join(', ')}`);
  await admin.query(`SET work_mem = '256MB'`);
  await admin.query(FILL.counted_placement);
  await admin.query(CONTENTS);
  await admin.query('ANALYZE contents');
  for (const table of COUNTED_TABLES) if (table !== 'counted_placement') await admin.query(FILL[table]);
  await admin.query(NAMESPACE_TOTALS);
  await admin.query('DROP TABLE contents');
  await admin.query('RESET work_mem');
  for (const table of ['use_todo', ...COUNTED_TABLES]) await admin.query(`VACUUM (FREEZE, ANALYZE) ${table}`);
}

/** Whether something was marked since it was last counted, as a migration does with all that it finds, or nothing was. */
export async function isUncounted(admin: pg.Client): Promise<boolean> {
  const { rows } = await admin.query<{ uncounted: boolean }>(
    'SELECT EXISTS (SELECT FROM use_todo) OR NOT EXISTS (SELECT FROM counted_placement) AS uncounted',
  );
  return rows[0]?.uncounted === true;
}
