import { rawSql, sql, type SqlPart } from './sql.js';
import { idsWhere, type TextFilter } from './text-filter.js';

/** The columns of what is counted, instead of one row per tag. */
export interface CountedColumns {
  readonly platformSetId: SqlPart;
  readonly format: SqlPart;
  /** The conditions that the host of the registry, and the name of the repository, are such. */
  readonly inRegistry: (host: TextFilter) => SqlPart;
  readonly inRepository: (name: TextFilter) => SqlPart;
}

/**
 * Where a statement finds what a tag pointed at: in the tag's own row now, in a stretch of its history at a moment. The
 * conditions of a filter are written once, over these; `tag.repository_id` and `tag.name` are the same at all times.
 */
export interface TagColumns extends CountedColumns {
  /** What stands behind FROM: the table `tag`, and what the columns need beside it. */
  readonly from: SqlPart;
  /** Keeps the tags that pointed at something. */
  readonly isThere: SqlPart;
  readonly manifestId: SqlPart;
  readonly totalBytes: SqlPart;
  readonly pushedAt: SqlPart;
  readonly observedAt: SqlPart;
  /** The moment meant; null for now. */
  readonly at: Date | null;
}

/** The conditions on whatever has a `tag.repository_id`. */
export const OF_REPOSITORY = {
  inRegistry: (host: TextFilter) =>
    sql`tag.repository_id IN (SELECT id FROM repository WHERE registry_id IN (${idsWhere('registry', 'host', host)}))`,
  inRepository: (name: TextFilter) => sql`tag.repository_id IN (${idsWhere('repository', 'name', name)})`,
};

/** Tags as they are: one table, with every fact that the hot filters need. */
export const TAG_NOW: TagColumns = {
  from: rawSql('tag'),
  isThere: rawSql('tag.manifest_id IS NOT NULL'),
  manifestId: rawSql('tag.manifest_id'),
  platformSetId: rawSql('tag.platform_set_id'),
  format: rawSql('tag.format'),
  ...OF_REPOSITORY,
  totalBytes: rawSql('tag.total_bytes'),
  pushedAt: rawSql('tag.pushed_at'),
  observedAt: rawSql('tag.observed_at'),
  at: null,
};

/**
 * Tags as they stood at `at`: a stretch includes its beginning and not its end. Where clocks made two of them overlap,
 * the one that began last counts. Platforms and bytes are those of the manifest as it is known today.
 */
export function tagAt(at: Date): TagColumns {
  return {
    from: sql`tag CROSS JOIN LATERAL (
        SELECT moment.manifest_id, moment.from_at, coalesce(moment.pushed_at, moment.from_at) AS pushed_at
        FROM tag_interval AS moment
        WHERE moment.tag_id = tag.id AND moment.from_at <= ${at}::timestamptz
          AND (moment.to_at IS NULL OR moment.to_at > ${at}::timestamptz)
        ORDER BY moment.from_at DESC, moment.id DESC LIMIT 1
      ) AS stretch
      JOIN manifest AS pointed ON pointed.id = stretch.manifest_id`,
    isThere: rawSql('TRUE'),
    manifestId: rawSql('stretch.manifest_id'),
    platformSetId: rawSql('pointed.platform_set_id'),
    format: rawSql('pointed.format'),
    ...OF_REPOSITORY,
    totalBytes: rawSql('pointed.total_bytes'),
    pushedAt: rawSql('stretch.pushed_at'),
    observedAt: rawSql('stretch.from_at'),
    at,
  };
}

/** Now, or at a moment where one is given. */
export function tagColumns(asOf: Date | null | undefined): TagColumns {
  return asOf === null || asOf === undefined ? TAG_NOW : tagAt(asOf);
}
