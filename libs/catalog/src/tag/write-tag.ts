import type { FactOrigin } from '../image/written-manifest.js';
import type { Sql } from '../open-catalog.js';

/** What the registry answered for a tag, and the version of our row when it was asked. */
export interface TagObservation {
  readonly repositoryId: bigint;
  readonly registryHost: string;
  readonly repository: string;
  readonly tag: string;
  /** From `readTagVersion`, read before the registry was asked; 0 for a tag without a row. */
  readonly version: number;
  /** Null: the registry has no such tag. */
  readonly manifestId: bigint | null;
  readonly observedAt: Date;
  /** The sender's time, where its event names the same manifest. */
  readonly pushedAt: Date | null;
  readonly actor: string | null;
  readonly via: FactOrigin;
}

/** Says that the tag was observed by somebody else in the meantime: ask the registry again. */
export class TagOvertakenError extends Error {
  override readonly name = 'TagOvertakenError';
}

const FACTS = 'SELECT platform_set_id, format, total_bytes FROM manifest WHERE id = $1 FOR SHARE';

const INSERT = `
  INSERT INTO tag (repository_id, name, reference, version, manifest_id, platform_set_id, format, total_bytes,
                   pushed_at, observed_at)
  VALUES ($1, $2, $3, 1, $4, $5, $6, $7, $8, $9)
  ON CONFLICT (repository_id, name) DO NOTHING
  RETURNING id, NULL::bigint AS former`;

// `former` is what the tag pointed at before: a push of the same manifest again is no move.
const UPDATE = `
  UPDATE tag SET version = tag.version + 1, manifest_id = $4, platform_set_id = $5, format = $6, total_bytes = $7,
                 pushed_at = CASE WHEN former.manifest_id = $4 THEN tag.pushed_at ELSE $8 END, observed_at = $9
    FROM (SELECT id, manifest_id FROM tag WHERE repository_id = $1 AND name = $2) AS former
   WHERE tag.id = former.id AND tag.version = $3
  RETURNING tag.id, former.manifest_id AS former`;

/**
 * Writes what a tag was observed to point at, if nobody observed it since `version` was read (compare-and-set;
 * the model check in `observe-tag.model.spec.ts` shows why nothing less will do). Keeps the history of its moves.
 * Throws `TagOvertakenError`, which must roll the transaction back.
 */
export async function writeTag(sql: Sql, observation: TagObservation): Promise<void> {
  const { repositoryId, tag, version, manifestId, observedAt } = observation;
  const facts = manifestId === null ? null : await factsOf(sql, manifestId);
  const pushedAt = manifestId === null ? null : (observation.pushedAt ?? observedAt);
  const values = [manifestId, facts?.platform_set_id ?? null, facts?.format ?? null, facts?.total_bytes ?? null];
  const reference = `${observation.registryHost}/${observation.repository}:${tag}`;
  const { rows } =
    version === 0
      ? await sql.query<WrittenRow>(INSERT, [repositoryId, tag, reference, ...values, pushedAt, observedAt])
      : await sql.query<WrittenRow>(UPDATE, [repositoryId, tag, version, ...values, pushedAt, observedAt]);
  const [row] = rows;
  if (row === undefined) throw new TagOvertakenError(`${reference} was observed since version ${version}`);
  if (row.former !== manifestId) await move(sql, row.id, observation);
}

interface WrittenRow {
  id: bigint;
  former: bigint | null;
}

interface ManifestFacts {
  platform_set_id: number;
  format: string;
  total_bytes: bigint;
}

/** Locks the manifest's row, so that nobody settles it between this look and the commit. */
async function factsOf(sql: Sql, manifestId: bigint): Promise<ManifestFacts> {
  const { rows } = await sql.query<ManifestFacts>(FACTS, [manifestId]);
  const [row] = rows;
  if (row === undefined) throw new Error(`manifest ${manifestId} has gone`);
  return row;
}

async function move(sql: Sql, tagId: bigint, { repositoryId, manifestId, observedAt, actor, via }: TagObservation): Promise<void> {
  await sql.query('UPDATE tag_interval SET to_at = greatest(from_at, $2) WHERE tag_id = $1 AND to_at IS NULL', [tagId, observedAt]);
  if (manifestId !== null) {
    await sql.query(
      'INSERT INTO tag_interval (tag_id, manifest_id, from_at, via, actor) VALUES ($1, $2, $3, $4, $5)',
      [tagId, manifestId, observedAt, via, actor],
    );
  }
  await sql.query('UPDATE repository SET updated_at = $2 WHERE id = $1 AND updated_at < $2', [repositoryId, observedAt]);
}

/** The version to compare with, read before the registry is asked; 0 where the tag has no row. */
export async function readTagVersion(sql: Sql, repositoryId: bigint, tag: string): Promise<number> {
  const { rows } = await sql.query<{ version: number }>('SELECT version FROM tag WHERE repository_id = $1 AND name = $2', [
    repositoryId,
    tag,
  ]);
  return rows[0]?.version ?? 0;
}
