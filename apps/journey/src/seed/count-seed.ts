import type pg from 'pg';

/** Tables that the worker's upkeep fills beside the cataloguing, in the order in which each builds on those before. */
export const COUNTED_TABLES = [
  'counted_placement',
  'repository_layer',
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
  registry_layer: `
    INSERT INTO registry_layer (registry_id, layer_id, size_bytes, repositories)
    SELECT registry_id, layer_id, size_bytes, count(*)
      FROM repository_layer JOIN repository ON repository.id = repository_id GROUP BY 1, 2, 3 ORDER BY 1, 2`,
  layer_use: `
    INSERT INTO layer_use (layer_id, size_bytes, images, repositories)
    SELECT layer_id, size_bytes, images, repositories
      FROM (SELECT layer_id, count(*) AS images FROM contents GROUP BY 1) AS in_images
      JOIN (SELECT layer_id, size_bytes, count(*) AS repositories FROM repository_layer GROUP BY 1, 2) AS in_repositories
     USING (layer_id) ORDER BY 1`,
  repository_use: `
    INSERT INTO repository_use (repository_id, live_tags, logical_bytes, unique_bytes)
    SELECT repository.id, coalesce(tags.live, 0), coalesce(stored.logical, 0), coalesce(stored.own, 0)
      FROM repository
      LEFT JOIN (SELECT repository_id AS id, count(*) AS live FROM tag WHERE manifest_id IS NOT NULL GROUP BY 1) AS tags USING (id)
      LEFT JOIN (
        SELECT repository_id AS id, sum(size_bytes::numeric * images) AS logical, sum(size_bytes::numeric) AS own
          FROM repository_layer GROUP BY 1
      ) AS stored USING (id) ORDER BY 1`,
  registry_use: `
    INSERT INTO registry_use (registry_id, unique_bytes)
    SELECT registry_id, sum(size_bytes::numeric) FROM registry_layer GROUP BY 1 ORDER BY 1`,
};

/**
 * Counts what layers, repositories and registries hold, all at once: the rows that `countUses` of the catalog would
 * arrive at in steps of some thousands, which takes hours for a large catalog. Nothing is left to be counted then.
 */
export async function countSeed(admin: pg.Client): Promise<void> {
  await admin.query(`TRUNCATE use_todo, ${COUNTED_TABLES.join(', ')}`);
  await admin.query(`SET work_mem = '256MB'`);
  await admin.query(FILL.counted_placement);
  await admin.query(CONTENTS);
  await admin.query('ANALYZE contents');
  for (const table of COUNTED_TABLES) if (table !== 'counted_placement') await admin.query(FILL[table]);
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
