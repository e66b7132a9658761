import { recordChanges } from '../change/record-changes.js';
import type { FactOrigin } from '../stored-words.js';
import type { Sql } from '../open-catalog.js';

/** What the registry answered for a tag, and the version of our row when it was asked. */
export interface TagObservation {
  readonly repositoryId: bigint;
  readonly registryHost: string;
  readonly repository: string;
  readonly tag: string;
  /** From `readKnown`, read before the registry was asked; 0 for a tag without a row. */
  readonly version: number;
  /** Null: the registry has no such tag. */
  readonly manifestId: bigint | null;
  readonly observedAt: Date;
  /** The sender's time, where its event names the same manifest. */
  readonly pushedAt: Date | null;
  readonly actor: string | null;
  readonly via: FactOrigin;
}

interface WrittenRow {
  tag_id: bigint;
  repository_id: bigint;
  name: string;
  pushed_at: Date | null;
  platform_set_id: number | null;
  former: bigint | null;
  former_set: number | null;
}

/** A tag that points at something else than before. */
interface Move {
  readonly row: WrittenRow;
  readonly observation: TagObservation;
}

const OBSERVED = `
  SELECT observed.*, manifest.platform_set_id, manifest.format, manifest.total_bytes,
         CASE WHEN manifest.id IS NOT NULL THEN coalesce(observed.source_time, observed_at) END AS pushed_at
    FROM unnest($1::bigint[], $2::text[], $3::text[], $4::int[], $5::bigint[], $6::timestamptz[], $7::timestamptz[])
      AS observed (repository_id, name, reference, version, manifest_id, source_time, observed_at)
    LEFT JOIN manifest ON manifest.id = observed.manifest_id`;

const INSERT = `
  INSERT INTO tag (repository_id, name, reference, version, manifest_id, platform_set_id, format, total_bytes, pushed_at,
                   observed_at)
  SELECT repository_id, name, reference, 1, manifest_id, platform_set_id, format, total_bytes, pushed_at, observed_at
    FROM (${OBSERVED}) AS observed WHERE version = 0 ORDER BY repository_id, name
  ON CONFLICT (repository_id, name) DO NOTHING
  RETURNING id AS tag_id, repository_id, name, pushed_at, platform_set_id, NULL::bigint AS former, NULL::int AS former_set`;

// `former` is what the tag pointed at before: a push of the same manifest again is no move.
const UPDATE = `
  WITH observed AS (${OBSERVED}), unchanged AS (
    SELECT tag.id, tag.manifest_id AS former, tag.platform_set_id AS former_set, observed.repository_id, observed.name
      FROM tag JOIN observed USING (repository_id, name)
     WHERE tag.version = observed.version ORDER BY tag.id FOR UPDATE OF tag
  )
  UPDATE tag SET version = tag.version + 1, manifest_id = observed.manifest_id,
                 platform_set_id = observed.platform_set_id, format = observed.format,
                 total_bytes = observed.total_bytes, observed_at = observed.observed_at,
                 pushed_at = CASE WHEN unchanged.former = observed.manifest_id THEN tag.pushed_at ELSE observed.pushed_at END
    FROM unchanged JOIN observed USING (repository_id, name)
   WHERE tag.id = unchanged.id
  RETURNING tag.id AS tag_id, tag.repository_id, tag.name, tag.pushed_at, tag.platform_set_id, unchanged.former, unchanged.former_set`;

const CLOSE = `
  UPDATE tag_interval SET to_at = greatest(from_at, moved.at)
    FROM unnest($1::bigint[], $2::timestamptz[]) AS moved (tag_id, at)
   WHERE tag_interval.tag_id = moved.tag_id AND to_at IS NULL`;

// Never before the end of the stretch before, whatever the clocks say: two at one moment would be two answers. Runs
// after CLOSE, and sees the ends that it has written.
const OPEN = `
  INSERT INTO tag_interval (tag_id, manifest_id, from_at, pushed_at, via, actor)
  SELECT opened.tag_id, opened.manifest_id, greatest(opened.at, former.to_at), nullif(opened.pushed_at, opened.at), via, actor
    FROM unnest($1::bigint[], $2::bigint[], $3::timestamptz[], $4::timestamptz[], $5::fact_origin[], $6::text[])
      AS opened (tag_id, manifest_id, at, pushed_at, via, actor)
    LEFT JOIN LATERAL (
      SELECT to_at FROM tag_interval WHERE tag_interval.tag_id = opened.tag_id ORDER BY from_at DESC, id DESC LIMIT 1
    ) AS former ON TRUE`;

// Whoever is touching a repository right now does it for us: a busy one must not make its writers queue up.
const TOUCH = `
  UPDATE repository SET updated_at = $2
   WHERE id IN (SELECT id FROM repository WHERE id = ANY($1::bigint[]) AND updated_at < $2 ORDER BY id FOR UPDATE SKIP LOCKED)`;

/**
 * Writes what tags were observed to point at, each only if nobody observed it since its `version` was read
 * (compare-and-set; the model check in `apps/worker/src/observe-tag.model.spec.ts` shows why nothing less will do), and
 * keeps the history of their moves. Returns the observations that were overtaken: nothing of them is written, and the
 * registry must be asked again. The manifests' rows must be locked (`settleIndexes` does), so that nobody settles
 * them between this look and the commit.
 */
export async function writeTags(
  sql: Sql,
  observations: readonly TagObservation[],
): Promise<ReadonlySet<TagObservation>> {
  const byTag = new Map<string, TagObservation>();
  for (const observation of observations)
    if (!byTag.has(keyOf(observation))) byTag.set(keyOf(observation), observation);
  const firsts = [...byTag.values()];
  if (firsts.length === 0) return new Set();
  const columns = columnsOf(firsts);
  const inserted = firsts.some(({ version }) => version === 0)
    ? (await sql.query<WrittenRow>(INSERT, columns)).rows
    : [];
  const updated = firsts.some(({ version }) => version > 0) ? (await sql.query<WrittenRow>(UPDATE, columns)).rows : [];
  const written = [...inserted, ...updated].map((row) => ({ row, observation: existing(byTag.get(keyOfRow(row))) }));
  await keepHistory(
    sql,
    written.filter(({ row, observation }) => row.former !== observation.manifestId),
  );
  const done = new Set(written.map(({ observation }) => observation));
  return new Set(observations.filter((observation) => !done.has(observation)));
}

function columnsOf(observations: readonly TagObservation[]): unknown[] {
  return [
    observations.map(({ repositoryId }) => repositoryId),
    observations.map(({ tag }) => tag),
    observations.map(({ registryHost, repository, tag }) => `${registryHost}/${repository}:${tag}`),
    observations.map(({ version }) => version),
    observations.map(({ manifestId }) => manifestId),
    observations.map(({ pushedAt }) => pushedAt),
    observations.map(({ observedAt }) => observedAt),
  ];
}

async function keepHistory(sql: Sql, moves: readonly Move[]): Promise<void> {
  const [first] = moves;
  if (first === undefined) return;
  await sql.query(CLOSE, [moves.map(({ row }) => row.tag_id), moves.map(({ observation }) => observation.observedAt)]);
  const opened = moves.filter(({ observation }) => observation.manifestId !== null);
  await sql.query(OPEN, [
    opened.map(({ row }) => row.tag_id),
    opened.map(({ observation }) => observation.manifestId),
    opened.map(({ observation }) => observation.observedAt),
    opened.map(({ row }) => row.pushed_at),
    opened.map(({ observation }) => observation.via),
    opened.map(({ observation }) => observation.actor),
  ]);
  await recordChanges(
    sql,
    moves.map(({ row, observation }) => ({
      tagId: row.tag_id,
      repositoryId: row.repository_id,
      at: observation.observedAt,
      from: row.former,
      to: observation.manifestId,
      fromSet: row.former_set,
      toSet: row.platform_set_id,
    })),
  );
  await sql.query(TOUCH, [moves.map(({ row }) => row.repository_id), first.observation.observedAt]);
}

function keyOf({ repositoryId, tag }: TagObservation): string {
  return `${repositoryId}:${tag}`;
}

function keyOfRow({ repository_id, name }: WrittenRow): string {
  return `${repository_id}:${name}`;
}

function existing<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('a tag was written that nobody observed');
  return value;
}
