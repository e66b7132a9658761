import type { Digest } from '@strata/oci';
import { noteChanges } from '../change/change-signal.js';
import { digestToBytes } from '../digest-bytes.js';
import type { Sql } from '../open-catalog.js';
import { platformSetIds } from '../platform/platform-set-ids.js';

/** Sizes are claims: together they may be more than the column holds. */
export const MAX_BYTES = 2n ** 63n - 1n;

/** Entries that may lead to something that a client can run. */
const RUNNABLE = `('platform', 'index', 'unknown')`;

// Every index above the given manifests, themselves included, however deep.
const ABOVE = `
  WITH RECURSIVE above (id, digest) AS (
    SELECT id, digest FROM manifest WHERE id = ANY($1::bigint[]) OR digest = ANY($3::bytea[])
    UNION
    SELECT parent.id, parent.digest
      FROM above
      JOIN index_entry AS entry ON entry.child_digest = above.digest
      JOIN manifest AS parent ON parent.id = entry.manifest_id
  )`;

// Not FOR UPDATE: that would wait for everybody who only refers to one of these rows, and they for us.
const LOCK = `${ABOVE}
  SELECT id, kind FROM manifest WHERE id IN (SELECT id FROM above) OR id = ANY($2::bigint[])
   ORDER BY id FOR NO KEY UPDATE`;

const BELOW = `
  WITH RECURSIVE below (root, id) AS (
    SELECT id, id FROM manifest WHERE id = ANY($1::bigint[])
    UNION
    SELECT below.root, child.id
      FROM below
      JOIN index_entry AS entry ON entry.manifest_id = below.id AND entry.kind IN ${RUNNABLE}
      JOIN manifest AS child ON child.digest = entry.child_digest AND child.status = 'valid'
  )`;

// What the index says of a child counts before what the child's own config says; that it runs nowhere does not count.
const PLATFORMS = `${BELOW}, listed (root, platform_id) AS (
    SELECT below.root, coalesce(CASE entry.kind WHEN 'platform' THEN entry.platform_id END, child.platform_id)
      FROM below
      JOIN index_entry AS entry ON entry.manifest_id = below.id AND entry.kind IN ('platform', 'unknown')
      LEFT JOIN manifest AS child
        ON child.digest = entry.child_digest AND child.kind = 'image' AND child.status = 'valid'
  )
  SELECT root, array_agg(DISTINCT platform_id) AS members FROM listed WHERE platform_id IS NOT NULL GROUP BY root`;

const BYTES = `${BELOW}, distinct_layers AS (
    SELECT DISTINCT below.root, layer.id, layer.size_bytes
      FROM below
      JOIN image_layer ON image_layer.manifest_id = below.id
      JOIN layer ON layer.id = image_layer.layer_id
  )
  SELECT root, least(coalesce(sum(size_bytes), 0), ${MAX_BYTES})::bigint AS total_bytes FROM distinct_layers GROUP BY root`;

const UPDATE = `
  WITH settled AS (
    SELECT * FROM unnest($1::bigint[], $2::int[], $3::bigint[]) AS settled (id, platform_set_id, total_bytes)
  )
  UPDATE manifest SET platform_set_id = settled.platform_set_id, total_bytes = settled.total_bytes
    FROM settled
   WHERE manifest.id = settled.id
     AND (manifest.platform_set_id, manifest.total_bytes) IS DISTINCT FROM (settled.platform_set_id, settled.total_bytes)`;

// Tags that say something else than their manifest does now; that they can run elsewhere is told as a change.
const TOUCH = `
  WITH touched AS (
    SELECT tag.id, tag.platform_set_id AS former_set, manifest.id AS manifest_id, manifest.platform_set_id,
           manifest.format, manifest.total_bytes
      FROM manifest JOIN tag ON tag.manifest_id = manifest.id
     WHERE manifest.id = ANY($1::bigint[])
       AND (tag.platform_set_id, tag.format, tag.total_bytes)
           IS DISTINCT FROM (manifest.platform_set_id, manifest.format, manifest.total_bytes)
     ORDER BY tag.id FOR NO KEY UPDATE OF tag
  ), written AS (
    UPDATE tag SET platform_set_id = touched.platform_set_id, format = touched.format, total_bytes = touched.total_bytes
      FROM touched WHERE tag.id = touched.id
  ), examined AS (
    INSERT INTO finding_todo (tag_id) SELECT id FROM touched
  )
  INSERT INTO change (xid, kind, tag_id, at, from_manifest_id, to_manifest_id, from_platform_set_id, to_platform_set_id)
  SELECT pg_current_xact_id()::text::bigint, 'tag_settled', id, now(), manifest_id, manifest_id, former_set, platform_set_id
    FROM touched WHERE former_set <> platform_set_id ORDER BY id`;

/**
 * Brings what an index knows only through its children (platforms, bytes) up to date, for every index at or above
 * `manifestIds` and `digests`, and for the live tags on them. All rows concerned, and `alsoLocked`, are locked first and
 * in one order: of two transactions that bring children of one index, the later sees what the earlier has written. An
 * index and its child that are written at the same time see nothing of each other: that is what `findUnplaced` is for.
 */
export async function settleIndexes(
  sql: Sql,
  manifestIds: readonly bigint[],
  alsoLocked: readonly bigint[] = [],
  digests: readonly Digest[] = [],
): Promise<void> {
  if (manifestIds.length + digests.length + alsoLocked.length === 0) return;
  const parameters = [manifestIds, alsoLocked, digests.map(digestToBytes)];
  const { rows } = await sql.query<{ id: bigint; kind: string }>(LOCK, parameters);
  const indexes = rows.filter(({ kind }) => kind === 'index').map(({ id }) => id);
  if (indexes.length > 0) await settle(sql, indexes);
  const told = await sql.query(TOUCH, [rows.map(({ id }) => id)]);
  if (told.rowCount !== 0) noteChanges(sql);
}

async function settle(sql: Sql, indexes: readonly bigint[]): Promise<void> {
  const platforms = await sql.query<{ root: bigint; members: number[] }>(PLATFORMS, [indexes]);
  const bytes = await sql.query<{ root: bigint; total_bytes: bigint }>(BYTES, [indexes]);
  const membersOf = new Map(platforms.rows.map(({ root, members }) => [root, members]));
  const bytesOf = new Map(bytes.rows.map(({ root, total_bytes }) => [root, total_bytes]));
  const sets = await platformSetIds(
    sql,
    indexes.map((id) => membersOf.get(id) ?? []),
  );
  await sql.query(UPDATE, [indexes, sets, indexes.map((id) => bytesOf.get(id) ?? 0n)]);
}
