/** The two partial unique indexes of open findings: `finding_open_of_tag` and `finding_open_of_manifest`. */
const INDEXES = {
  tag: { which: 'tag_id IS NOT NULL', key: 'tag_id, kind, policy_id, subject' },
  manifest: { which: 'tag_id IS NULL', key: 'repository_id, manifest_id, kind, subject' },
} as const;

/** What is to be opened, and the names of the parameters that say when, and whether that is told. */
export interface Opening {
  readonly about: keyof typeof INDEXES;
  /** A query of the findings: kind, severity, policy_id, repository_id, tag_id, manifest_id, subject, detail, since. */
  readonly desired: string;
  readonly at: string;
  readonly tells: string;
  /** A query of `written`: the id and the kind of each finding that was opened. */
  readonly answer: string;
}

/**
 * The statement that opens the findings that are not open yet, each once, and brings severity and detail of the others up
 * to date. PostgreSQL looks for what is open by the unique index, whatever its statistics say: no other plan is in reach.
 */
export function opening({ about, desired, at, tells, answer }: Opening): string {
  const { which, key } = INDEXES[about];
  // Of a row that was there already, PostgreSQL says the transaction that has locked it (xmax).
  return `
  WITH desired AS (
    SELECT DISTINCT ON (${key}) * FROM (${desired}) AS each ORDER BY ${key}
  ), touched AS (
    INSERT INTO finding (kind, severity, policy_id, repository_id, tag_id, manifest_id, subject, detail, opened_at)
    SELECT kind, severity, policy_id, repository_id, tag_id, manifest_id, subject, detail::jsonb,
           coalesce(since, ${at}::timestamptz)
      FROM desired
    ON CONFLICT (${key}) WHERE closed_at IS NULL AND ${which}
      DO UPDATE SET severity = excluded.severity, detail = excluded.detail
      WHERE (finding.severity, finding.detail) IS DISTINCT FROM (excluded.severity, excluded.detail)
    RETURNING id, kind, tag_id, manifest_id, xmax = 0 AS is_new
  ), written AS (
    SELECT id, kind, tag_id, manifest_id FROM touched WHERE is_new
  ), told AS (${telling('finding_opened', at, tells)})
  ${answer}`;
}

/** Tells of the rows that the statement calls `written`; of a finding about a tag, as the tag is now, or was at last. */
export function telling(change: 'finding_opened' | 'finding_closed', at: string, tells: string): string {
  return `
  INSERT INTO change (xid, kind, tag_id, at, to_manifest_id, to_platform_set_id, finding_id)
  SELECT pg_current_xact_id()::text::bigint, '${change}', written.tag_id, ${at}::timestamptz,
         coalesce(tag.manifest_id, written.manifest_id),
         CASE WHEN tag.id IS NOT NULL THEN coalesce(tag.platform_set_id, former.platform_set_id) END, written.id
    FROM written
    LEFT JOIN tag ON tag.id = written.tag_id
    LEFT JOIN manifest AS former ON former.id = written.manifest_id
   WHERE ${tells}::boolean ORDER BY written.id`;
}
