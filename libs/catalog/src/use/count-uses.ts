import { inTransaction, type Catalog, type Sql } from '../open-catalog.js';
import { namespaceOf } from '../repository/namespace.js';

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

/** Namespaces are given their ids before anything is counted for them. */
const ADD_NAMESPACES = `
  INSERT INTO namespace_use (registry_id, name)
  SELECT DISTINCT registry_id, ${namespaceOf('name')} FROM repository WHERE id = ANY ($1::bigint[]) ORDER BY 1, 2
  ON CONFLICT (name, registry_id) DO NOTHING`;

// A layer counts with one size for as long as it is counted, although a size that was unknown may be learned meanwhile.
// Whether an image is held anywhere is asked of the counted placements, before and after this statement. What grows with
// the catalog is looked up row by row in subqueries that cannot be planned otherwise, see APPLY.
const IMAGES = `
  steps AS (
    SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::int[]) AS steps (repository_id, manifest_id, step)
  ), added AS (
    INSERT INTO counted_placement (repository_id, manifest_id) SELECT repository_id, manifest_id FROM steps WHERE step > 0
  ), removed AS (
    DELETE FROM counted_placement WHERE ctid = ANY (ARRAY(
      SELECT (SELECT counted.ctid FROM counted_placement AS counted
               WHERE counted.repository_id = steps.repository_id AND counted.manifest_id = steps.manifest_id)
        FROM steps WHERE step < 0))
  ), images AS (
    SELECT moved.manifest_id, (moved.before + moved.step > 0)::int - (moved.before > 0)::int AS step
      FROM (
        SELECT manifest_id, sum(step) AS step,
               (SELECT count(*) FROM counted_placement AS counted WHERE counted.manifest_id = steps.manifest_id) AS before
          FROM steps GROUP BY manifest_id
      ) AS moved
  ), contents AS (
    SELECT DISTINCT asked.manifest_id, place.layer_id, place.size_bytes
      FROM (SELECT DISTINCT manifest_id FROM steps) AS asked
     CROSS JOIN LATERAL (
       SELECT layer_id, coalesce(
                (SELECT counted.size_bytes FROM layer_use AS counted WHERE counted.layer_id = image_layer.layer_id),
                (SELECT layer.size_bytes FROM layer WHERE layer.id = image_layer.layer_id), 0) AS size_bytes
         FROM image_layer WHERE image_layer.manifest_id = asked.manifest_id OFFSET 0
     ) AS place
  )`;

// From images to repositories, from those to namespaces, from both to registries: each level says which layers it now
// holds (1) or holds no longer (-1), and the next one counts that.
const LEVELS = `
  homes AS (
    SELECT asked.repository_id, home.*
      FROM (SELECT DISTINCT repository_id FROM steps) AS asked
     CROSS JOIN LATERAL (
       SELECT repository.registry_id, (
                SELECT namespace.id FROM namespace_use AS namespace
                 WHERE namespace.registry_id = repository.registry_id AND namespace.name = ${namespaceOf('repository.name')}
              ) AS namespace_id
         FROM repository WHERE repository.id = asked.repository_id OFFSET 0
     ) AS home
  ), repository_steps AS (
    SELECT repository_id, layer_id, size_bytes, sum(step) AS step FROM steps JOIN contents USING (manifest_id) GROUP BY 1, 2, 3
  ), in_repository AS (
    INSERT INTO repository_layer (repository_id, layer_id, size_bytes, images) SELECT * FROM repository_steps ORDER BY 1, 2
    ON CONFLICT (repository_id, layer_id) DO UPDATE SET images = repository_layer.images + excluded.images
    RETURNING repository_id, layer_id, images
  ), per_repository AS (
    SELECT registry_id, namespace_id, repository_id, layer_id, size_bytes, step,
           (images > 0)::int - (images - step > 0)::int AS held
      FROM in_repository JOIN repository_steps USING (repository_id, layer_id) JOIN homes USING (repository_id)
  ), namespace_steps AS (
    SELECT registry_id, namespace_id, layer_id, size_bytes, sum(held) AS step
      FROM per_repository WHERE held <> 0 GROUP BY 1, 2, 3, 4
  ), in_namespace AS (
    INSERT INTO namespace_layer (namespace_id, layer_id, repositories)
    SELECT namespace_id, layer_id, step FROM namespace_steps ORDER BY 1, 2
    ON CONFLICT (namespace_id, layer_id) DO UPDATE SET repositories = namespace_layer.repositories + excluded.repositories
    RETURNING namespace_id, layer_id, repositories
  ), per_namespace AS (
    SELECT registry_id, namespace_id, layer_id, size_bytes,
           (repositories > 0)::int - (repositories - step > 0)::int AS held
      FROM in_namespace JOIN namespace_steps USING (namespace_id, layer_id)
  ), registry_steps AS (
    SELECT registry_id, layer_id, size_bytes, sum(repositories) AS repositories, sum(repository_sum)::bigint AS repository_sum,
           sum(namespaces) AS namespaces, sum(namespace_sum)::bigint AS namespace_sum
      FROM (
        SELECT registry_id, layer_id, size_bytes, held AS repositories, held * repository_id AS repository_sum,
               0 AS namespaces, 0 AS namespace_sum
          FROM per_repository WHERE held <> 0
        UNION ALL
        SELECT registry_id, layer_id, size_bytes, 0, 0, held, held * namespace_id FROM per_namespace WHERE held <> 0
      ) AS holders GROUP BY 1, 2, 3
  ), in_registry AS (
    INSERT INTO registry_layer (registry_id, layer_id, size_bytes, repositories, repository_sum, namespaces, namespace_sum)
    SELECT * FROM registry_steps ORDER BY 1, 2
    ON CONFLICT (registry_id, layer_id) DO UPDATE
      SET repositories = registry_layer.repositories + excluded.repositories,
          repository_sum = registry_layer.repository_sum + excluded.repository_sum,
          namespaces = registry_layer.namespaces + excluded.namespaces,
          namespace_sum = registry_layer.namespace_sum + excluded.namespace_sum
    RETURNING registry_id, layer_id, repositories, repository_sum, namespaces, namespace_sum
  ), per_registry AS (
    SELECT registry_id, size_bytes, holders.*
      FROM in_registry AS later JOIN registry_steps AS step USING (registry_id, layer_id)
     CROSS JOIN LATERAL (VALUES
       (1, later.repositories, later.repository_sum, later.namespaces, later.namespace_sum),
       (-1, later.repositories - step.repositories, later.repository_sum - step.repository_sum,
            later.namespaces - step.namespaces, later.namespace_sum - step.namespace_sum)
     ) AS holders (sign, repositories, repository_sum, namespaces, namespace_sum)
  )`;

// What was held by one alone, and what is: where there is one holder, the sum of the holders' ids is its id.
const TOTALS = `
  registry_totals AS (
    INSERT INTO registry_use (registry_id, unique_bytes)
    SELECT registry_id, sum(size_bytes::numeric * sign) FROM per_registry WHERE repositories > 0 GROUP BY 1 ORDER BY 1
    ON CONFLICT (registry_id) DO UPDATE SET unique_bytes = registry_use.unique_bytes + excluded.unique_bytes
  ), repository_totals AS (
    INSERT INTO repository_use (repository_id, logical_bytes, unique_bytes, exclusive_bytes)
    SELECT id, sum(logical), sum(own), sum(alone)
      FROM (
        SELECT repository_id AS id, size_bytes::numeric * step AS logical, size_bytes::numeric * held AS own, 0 AS alone
          FROM per_repository
        UNION ALL SELECT repository_sum, 0, 0, size_bytes::numeric * sign FROM per_registry WHERE repositories = 1
      ) AS repositories GROUP BY 1 ORDER BY 1
    ON CONFLICT (repository_id) DO UPDATE
      SET logical_bytes = repository_use.logical_bytes + excluded.logical_bytes,
          unique_bytes = repository_use.unique_bytes + excluded.unique_bytes,
          exclusive_bytes = repository_use.exclusive_bytes + excluded.exclusive_bytes
  ), namespace_totals AS (
    UPDATE namespace_use AS used
       SET logical_bytes = used.logical_bytes + steps.logical, unique_bytes = used.unique_bytes + steps.own,
           exclusive_bytes = used.exclusive_bytes + steps.alone
      FROM (
        SELECT id, sum(logical) AS logical, sum(own) AS own, sum(alone) AS alone
          FROM (
            SELECT namespace_id::bigint AS id, size_bytes::numeric * step AS logical, 0 AS own, 0 AS alone FROM per_repository
            UNION ALL SELECT namespace_id, 0, size_bytes::numeric * held, 0 FROM per_namespace
            UNION ALL SELECT namespace_sum, 0, 0, size_bytes::numeric * sign FROM per_registry WHERE namespaces = 1
          ) AS namespaces GROUP BY 1
      ) AS steps
     WHERE used.id = steps.id
  )`;

/**
 * The planner takes each level for one row long and would compare every step with every other, 1.8 s for a thousand images
 * instead of 0.3. So it runs with nested loops disabled.
 */
const APPLY = `
  WITH ${IMAGES}, ${LEVELS}, ${TOTALS}
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
const CLEAR_NAMESPACES = `DELETE FROM namespace_layer WHERE repositories = 0 AND layer_id IN ${LAYERS}
  AND namespace_id = ANY (SELECT namespace.id FROM namespace_use AS namespace JOIN repository
    ON repository.registry_id = namespace.registry_id AND namespace.name = ${namespaceOf('repository.name')}
    WHERE repository.id = ANY ($2::bigint[]))`;
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
  await sql.query(ADD_NAMESPACES, [repositories]);
  await sql.query('SET LOCAL enable_nestloop = off');
  await sql.query(APPLY, [repositories, manifests, steps.map(({ step }) => step)]);
  await sql.query('SET LOCAL enable_nestloop = on');
  if (steps.every(({ step }) => step > 0)) return;
  await sql.query(CLEAR_REPOSITORIES, [repositories]);
  await sql.query(CLEAR_NAMESPACES, [manifests, repositories]);
  await sql.query(CLEAR_REGISTRIES, [manifests]);
  await sql.query(CLEAR_LAYERS, [manifests]);
}
