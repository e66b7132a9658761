import type { ManifestQuestion } from './manifest-question.js';
import { isHeld } from './reach.js';
import { rawSql, sql } from './sql.js';
import { compileText, type TextFilter } from './text-filter.js';

/**
 * The manifests that have a referrer of a type which `type` accepts and which some repository
 * holds (at the moment `at`). `*` alone, as `eq` or as `glob`, and a filter that
 * asks nothing accept any referrer, also one without a type.
 */
export function isReferredTo(type: TextFilter, at: Date | null): ManifestQuestion {
  const accepted = isAny(type)
    ? sql`TRUE`
    : sql`referrer.artifact_type_id IN (SELECT id FROM media_type WHERE ${compileText(rawSql('media_type.name'), type)})`;
  const referred = sql`FROM manifest AS referrer JOIN manifest AS subject ON subject.digest = referrer.subject_digest
    WHERE referrer.subject_digest IS NOT NULL AND ${accepted} AND ${isHeld(rawSql('referrer.id'), at)}`;
  return {
    ids: sql`SELECT subject.id ${referred}`,
    holds: (id) => sql`EXISTS (SELECT ${referred} AND subject.id = ${id})`,
  };
}

function isAny({ eq, glob, ...others }: TextFilter): boolean {
  const rest = Object.values(others).every((asked) => asked === null || asked === undefined);
  const stars = [eq, glob].filter((asked) => asked !== null && asked !== undefined);
  return rest && stars.every((star) => star === '*');
}
