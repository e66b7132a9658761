import type { Placement } from '../image/place-manifests.js';
import type { Sql } from '../open-catalog.js';

/** A next version of what is examined, or how, is a higher number: everything is then examined anew, once. */
const VERSION = 1;

/**
 * How far the walk over everything is: what repositories hold first, then tags, because a policy may ask whether what a
 * tag points at has a finding.
 */
export interface ExaminationWalk {
  /** Null before the first. */
  readonly afterPlacement: Placement | null;
  /** Null while it is among what repositories hold. */
  readonly afterTagId: bigint | null;
  readonly isFinished: boolean;
}

/** The next part of everything, and where the walk is behind it. */
export interface ExaminationPart {
  readonly tagIds: readonly bigint[];
  readonly placements: readonly Placement[];
  readonly walk: ExaminationWalk;
}

const BEGIN = `
  INSERT INTO examination (id, version, started_at) VALUES (1, $1, $2)
  ON CONFLICT (id) DO UPDATE
    SET version = excluded.version, started_at = excluded.started_at, after_tag_id = NULL, after_repository_id = NULL,
        after_manifest_id = NULL, finished_at = NULL
  WHERE examination.version <> excluded.version`;

/**
 * Begins the walk over all that is known, for a catalog that is older than its findings or than their present version.
 * One that has begun goes on where it was; one that has ended is not begun again.
 */
export async function beginExamination(sql: Sql, at: Date): Promise<ExaminationWalk> {
  await sql.query(BEGIN, [VERSION, at]);
  const { rows } = await sql.query<{
    tag: bigint | null;
    repository: bigint | null;
    manifest: bigint | null;
    finished: boolean;
  }>(`SELECT after_tag_id AS tag, after_repository_id AS repository, after_manifest_id AS manifest,
             finished_at IS NOT NULL AS finished FROM examination WHERE id = 1`);
  const { tag = null, repository = null, manifest = null, finished = false } = rows[0] ?? {};
  const afterPlacement =
    repository === null || manifest === null ? null : { repositoryId: repository, manifestId: manifest };
  return { afterTagId: tag, afterPlacement, isFinished: finished };
}

/** What comes next: up to `limit` placements, or up to `limit` tags, those that are gone included. */
export async function readExaminationPart(sql: Sql, walk: ExaminationWalk, limit: number): Promise<ExaminationPart> {
  return walk.afterTagId === null ? readPlacements(sql, walk, limit) : readTags(sql, walk, walk.afterTagId, limit);
}

async function readPlacements(sql: Sql, walk: ExaminationWalk, limit: number): Promise<ExaminationPart> {
  const { rows } = await sql.query<{ repository: bigint; manifest: bigint }>(
    `SELECT repository_id AS repository, manifest_id AS manifest FROM repository_manifest
      WHERE (repository_id, manifest_id) > ($1, $2) ORDER BY repository_id, manifest_id LIMIT $3`,
    [walk.afterPlacement?.repositoryId ?? 0n, walk.afterPlacement?.manifestId ?? 0n, limit],
  );
  const placements = rows.map(({ repository, manifest }) => ({ repositoryId: repository, manifestId: manifest }));
  const last = placements.at(-1);
  return { tagIds: [], placements, walk: last ? { ...walk, afterPlacement: last } : { ...walk, afterTagId: 0n } };
}

async function readTags(sql: Sql, walk: ExaminationWalk, after: bigint, limit: number): Promise<ExaminationPart> {
  const { rows } = await sql.query<{ id: bigint }>('SELECT id FROM tag WHERE id > $1 ORDER BY id LIMIT $2', [
    after,
    limit,
  ]);
  const last = rows.at(-1);
  return {
    tagIds: rows.map(({ id }) => id),
    placements: [],
    walk: last ? { ...walk, afterTagId: last.id } : { ...walk, isFinished: true },
  };
}

/** Keeps where the walk is, in the transaction that writes what its last part has shown. */
export async function keepExamination(sql: Sql, walk: ExaminationWalk, at: Date): Promise<void> {
  await sql.query(
    `UPDATE examination SET after_tag_id = $1, after_repository_id = $2, after_manifest_id = $3, finished_at = $4 WHERE id = 1`,
    [
      walk.afterTagId,
      walk.afterPlacement?.repositoryId ?? null,
      walk.afterPlacement?.manifestId ?? null,
      walk.isFinished ? at : null,
    ],
  );
}
