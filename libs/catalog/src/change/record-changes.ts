import type { Sql } from '../open-catalog.js';
import type { StoredChangeKind } from '../stored-words.js';
import { noteChanges } from './change-signal.js';

/** What a tag pointed at until now and what it points at since: null for nothing. */
export interface TagChange {
  readonly tagId: bigint;
  readonly repositoryId: bigint;
  readonly at: Date;
  readonly from: bigint | null;
  readonly to: bigint | null;
  readonly fromSet: number | null;
  readonly toSet: number | null;
}

const RECORD = `
  WITH changed AS (
    SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::change_kind[], $4::timestamptz[], $5::bigint[], $6::bigint[],
                         $7::int[], $8::int[]) WITH ORDINALITY
      AS changed (tag_id, repository_id, kind, at, from_manifest_id, to_manifest_id, from_set, to_set, place)
  ), counted AS (
    INSERT INTO use_todo (repository_id) SELECT DISTINCT repository_id FROM changed WHERE kind <> 'tag_moved'
  ), examined AS (
    INSERT INTO finding_todo (tag_id) SELECT DISTINCT tag_id FROM changed
  )
  INSERT INTO change (xid, kind, tag_id, at, from_manifest_id, to_manifest_id, from_platform_set_id, to_platform_set_id)
  SELECT pg_current_xact_id()::text::bigint, kind, tag_id, at, from_manifest_id, to_manifest_id, from_set, to_set
    FROM changed ORDER BY place`;

/**
 * Tells, in the transaction that did it, what tags went through, has the tags of their repositories counted again
 * where their number changed, and their findings examined. Followers are woken after the commit. Appends only: no two writers wait for each other.
 */
export async function recordChanges(sql: Sql, changes: readonly TagChange[]): Promise<void> {
  await sql.query(RECORD, [
    changes.map(({ tagId }) => tagId),
    changes.map(({ repositoryId }) => repositoryId),
    changes.map(kindOf),
    changes.map(({ at }) => at),
    changes.map(({ from }) => from),
    changes.map(({ to }) => to),
    changes.map(({ fromSet }) => fromSet),
    changes.map(({ toSet }) => toSet),
  ]);
  noteChanges(sql);
}

function kindOf({ from, to }: TagChange): StoredChangeKind {
  if (from === null) return 'tag_created';
  return to === null ? 'tag_deleted' : 'tag_moved';
}
