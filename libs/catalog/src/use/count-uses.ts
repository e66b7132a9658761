import { inTransaction, type Catalog, type Sql } from '../open-catalog.js';

/** Any number that nobody else takes a lock on: one process counts at a time, the others find it taken. */
const COUNT_LOCK = 7_275_002;

// Rows of transactions that are still open are not seen, and are there the next time.
const TAKE = `
  DELETE FROM use_todo WHERE id IN (SELECT id FROM use_todo ORDER BY id LIMIT $1) RETURNING repository_id, manifest_id`;

/** Placements that are held and not counted (1), or counted and held no longer (-1). */
const DIFFERENCES = `
  SELECT asked.repository_id, asked.manifest_id, CASE WHEN placed.held THEN 1 ELSE -1 END AS step
    FROM (SELECT DISTINCT * FROM unnest($1::bigint[], $2::bigint[]) AS asked (repository_id, manifest_id)) AS asked
   CROSS JOIN LATERAL (
     SELECT EXISTS (
       SELECT FROM repository_manifest AS placement JOIN manifest ON manifest.id = placement.manifest_id
        WHERE placement.repository_id = asked.repository_id AND placement.manifest_id = asked.manifest_id
          AND placement.gone_at IS NULL AND manifest.kind = 'image' AND manifest.status = 'valid') AS held,
       EXISTS (
       SELECT FROM counted_placement AS counted
        WHERE counted.repository_id = asked.repository_id AND counted.manifest_id = asked.manifest_id) AS counted
   ) AS placed
   WHERE placed.held <> placed.counted`;

// A layer counts with one size for as long as it is counted, although a size that was unknown may be learned meanwhile.
// Whether an image is held anywhere is asked of the counted placements, before and after this statement.
const APPLY = `
  WITH steps AS (
    SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::int[]) AS steps (repository_id, manifest_id, step)
  ), added AS (
    INSERT INTO counted_placement (repository_id, manifest_id) SELECT repository_id, manifest_id FROM steps WHERE step > 0
  ), removed AS (
    DELETE FROM counted_placement AS counted USING steps
     WHERE step < 0 AND counted.repository_id = steps.repository_id AND counted.manifest_id = steps.manifest_id
  ), images AS (
    SELECT moved.manifest_id, (moved.before + moved.step > 0)::int - (moved.before > 0)::int AS step
      FROM (
        SELECT manifest_id, sum(step) AS step,
               (SELECT count(*) FROM counted_placement AS counted WHERE counted.manifest_id = steps.manifest_id) AS before
          FROM steps GROUP BY manifest_id
      ) AS moved
  ), contents AS (
    SELECT DISTINCT place.manifest_id, place.layer_id, coalesce(counted.size_bytes, layer.size_bytes, 0) AS size_bytes
      FROM image_layer AS place
      JOIN layer ON layer.id = place.layer_id
      LEFT JOIN layer_use AS counted ON counted.layer_id = place.layer_id
     WHERE place.manifest_id IN (SELECT manifest_id FROM steps)
  ), in_repository AS (
    INSERT INTO repository_layer (repository_id, layer_id, size_bytes, images)
    SELECT repository_id, layer_id, size_bytes, sum(step) FROM steps JOIN contents USING (manifest_id)
     GROUP BY 1, 2, 3 ORDER BY 1, 2
    ON CONFLICT (repository_id, layer_id) DO UPDATE SET images = repository_layer.images + excluded.images
    RETURNING repository_id, layer_id, size_bytes, images
  ), per_repository AS (
    SELECT repository_id, layer_id, size_bytes, wanted.step,
           (images > 0)::int - (images - wanted.step > 0)::int AS held
      FROM in_repository
      JOIN (SELECT repository_id, layer_id, sum(step) AS step FROM steps JOIN contents USING (manifest_id) GROUP BY 1, 2) AS wanted
     USING (repository_id, layer_id)
  ), in_registry AS (
    INSERT INTO registry_layer (registry_id, layer_id, size_bytes, repositories)
    SELECT registry_id, layer_id, size_bytes, sum(held)
      FROM per_repository JOIN repository ON repository.id = repository_id WHERE held <> 0
     GROUP BY 1, 2, 3 ORDER BY 1, 2
    ON CONFLICT (registry_id, layer_id) DO UPDATE SET repositories = registry_layer.repositories + excluded.repositories
    RETURNING registry_id, layer_id, size_bytes, repositories
  ), per_registry AS (
    SELECT in_registry.registry_id, size_bytes, (repositories > 0)::int - (repositories - wanted.held > 0)::int AS held
      FROM in_registry
      JOIN (SELECT registry_id, layer_id, sum(held) AS held
              FROM per_repository JOIN repository ON repository.id = repository_id GROUP BY 1, 2) AS wanted
     USING (registry_id, layer_id)
  ), registry_totals AS (
    INSERT INTO registry_use (registry_id, unique_bytes)
    SELECT registry_id, sum(size_bytes::numeric * held) FROM per_registry WHERE held <> 0 GROUP BY 1 ORDER BY 1
    ON CONFLICT (registry_id) DO UPDATE SET unique_bytes = registry_use.unique_bytes + excluded.unique_bytes
  ), repository_totals AS (
    INSERT INTO repository_use (repository_id, logical_bytes, unique_bytes)
    SELECT repository_id, sum(size_bytes::numeric * step), sum(size_bytes::numeric * held)
      FROM per_repository GROUP BY 1 ORDER BY 1
    ON CONFLICT (repository_id) DO UPDATE
      SET logical_bytes = repository_use.logical_bytes + excluded.logical_bytes,
          unique_bytes = repository_use.unique_bytes + excluded.unique_bytes
  )
  INSERT INTO layer_use (layer_id, size_bytes, images, repositories)
  SELECT layer_id, size_bytes, sum(images), sum(repositories)
    FROM (
      SELECT layer_id, size_bytes, step AS images, 0 AS repositories FROM images JOIN contents USING (manifest_id)
      UNION ALL SELECT layer_id, size_bytes, 0, held FROM per_repository
    ) AS uses
   GROUP BY 1, 2 HAVING sum(images) <> 0 OR sum(repositories) <> 0 ORDER BY 1
  ON CONFLICT (layer_id) DO UPDATE
    SET images = layer_use.images + excluded.images, repositories = layer_use.repositories + excluded.repositories`;

const COUNT_TAGS = `
  INSERT INTO repository_use (repository_id, live_tags)
  SELECT asked.id, (SELECT count(*) FROM tag WHERE tag.repository_id = asked.id AND tag.manifest_id IS NOT NULL)
    FROM (SELECT DISTINCT id FROM unnest($1::bigint[]) AS asked (id)) AS asked ORDER BY 1
  ON CONFLICT (repository_id) DO UPDATE SET live_tags = excluded.live_tags`;

const CLEAR_REPOSITORIES = `DELETE FROM repository_layer WHERE images = 0 AND repository_id = ANY($1::bigint[])`;
const LAYERS = `(SELECT layer_id FROM image_layer WHERE manifest_id = ANY($1::bigint[]))`;
const CLEAR_REGISTRIES = `DELETE FROM registry_layer WHERE repositories = 0 AND layer_id IN ${LAYERS}`;
const CLEAR_LAYERS = `DELETE FROM layer_use WHERE images = 0 AND layer_id IN ${LAYERS}`;

/**
 * Brings the counted uses (`layer_use`, `repository_layer`, `repository_use` and their like) up to date with up to `limit`
 * of the placements and tags that changed since. Returns how many it took; 0 when all is counted, or when another
 * process is counting. Cataloguing only appends what is to be counted, so that no two writers wait for a layer that
 * both use. What is counted already is known by `counted_placement`: marking something twice changes nothing.
 */
export function countUses(catalog: Catalog, limit = 2_000): Promise<number> {
  return inTransaction(catalog, async (sql) => {
    const { rows: lock } = await sql.query<{ mine: boolean }>('SELECT pg_try_advisory_xact_lock($1) AS mine', [
      COUNT_LOCK,
    ]);
    if (lock[0]?.mine !== true) return 0;
    const { rows } = await sql.query<{ repository_id: bigint; manifest_id: bigint | null }>(TAKE, [limit]);
    const tagged = rows.filter(({ manifest_id }) => manifest_id === null).map(({ repository_id }) => repository_id);
    if (tagged.length > 0) await sql.query(COUNT_TAGS, [tagged]);
    await countPlacements(
      sql,
      rows.filter(({ manifest_id }) => manifest_id !== null),
    );
    return rows.length;
  });
}

async function countPlacements(
  sql: Sql,
  marked: readonly { readonly repository_id: bigint; readonly manifest_id: bigint | null }[],
): Promise<void> {
  if (marked.length === 0) return;
  const { rows: steps } = await sql.query<{ repository_id: bigint; manifest_id: bigint; step: number }>(DIFFERENCES, [
    marked.map(({ repository_id }) => repository_id),
    marked.map(({ manifest_id }) => manifest_id),
  ]);
  if (steps.length === 0) return;
  const repositories = steps.map(({ repository_id }) => repository_id);
  const manifests = steps.map(({ manifest_id }) => manifest_id);
  await sql.query(APPLY, [repositories, manifests, steps.map(({ step }) => step)]);
  if (steps.every(({ step }) => step > 0)) return;
  await sql.query(CLEAR_REPOSITORIES, [repositories]);
  await sql.query(CLEAR_REGISTRIES, [manifests]);
  await sql.query(CLEAR_LAYERS, [manifests]);
}
