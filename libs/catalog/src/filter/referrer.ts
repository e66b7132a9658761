import { isHeld } from './reach.js';
import { rawSql, sql, type SqlPart } from './sql.js';
import { compileText, type TextFilter } from './text-filter.js';

/**
 * Selects the ids of the manifests that have a referrer of a type which `type` accepts and which some repository
 * holds (at the moment `at`). `*` alone, as `eq` or as `glob`, and a filter that
 * asks nothing accept any referrer, also one without a type.
 */
export function subjectsWith(type: TextFilter, at: Date | null): SqlPart {
  const accepted = asksAny(type)
    ? sql`TRUE`
    : sql`referrer.artifact_type_id IN (SELECT id FROM media_type WHERE ${compileText(rawSql('media_type.name'), type)})`;
  return sql`SELECT subject.id FROM manifest AS referrer JOIN manifest AS subject ON subject.digest = referrer.subject_digest
    WHERE referrer.subject_digest IS NOT NULL AND ${accepted} AND ${isHeld(rawSql('referrer.id'), at)}`;
}

/** Whether a filter accepts any referrer. */
export function asksAny({ eq, glob, ...others }: TextFilter): boolean {
  const rest = Object.values(others).every((asked) => asked === null || asked === undefined);
  const stars = [eq, glob].filter((asked) => asked !== null && asked !== undefined);
  return rest && stars.every((star) => star === '*');
}
