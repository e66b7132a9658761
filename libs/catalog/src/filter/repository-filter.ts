import { allOf, rawSql, sql, whenGiven, type SqlPart } from './sql.js';
import { compileText, idsWhere, type TextFilter } from './text-filter.js';

/** Which repositories are meant; fields are joined by AND. */
export interface RepositoryFilter {
  readonly registry?: TextFilter | null | undefined;
  readonly name?: TextFilter | null | undefined;
  /** Whether it has no live tag. */
  readonly empty?: boolean | null | undefined;
}

/** The condition on the table `repository`. */
export function compileRepositoryFilter(filter: RepositoryFilter): SqlPart {
  return allOf([
    ...whenGiven(filter.registry, (text) => sql`repository.registry_id IN (${idsWhere('registry', 'host', text)})`),
    ...whenGiven(filter.name, (text) => compileText(rawSql('repository.name'), text)),
    ...whenGiven(filter.empty, (empty) => (empty ? sql`NOT ${hasLiveTag}` : hasLiveTag)),
  ]);
}

const hasLiveTag = sql`EXISTS (
  SELECT FROM tag WHERE tag.repository_id = repository.id AND tag.manifest_id IS NOT NULL)`;
