import { allOf, joinSql, rawSql, sql, whenGiven, type SqlPart } from './sql.js';

/** Asks about one text, case-sensitively; fields are joined by AND, absent ones ask nothing. */
export interface TextFilter {
  readonly eq?: string | null | undefined;
  readonly in?: readonly string[] | null | undefined;
  readonly startsWith?: string | null | undefined;
  readonly contains?: string | null | undefined;
  /** `*` within a path segment, `**` across segments, `?` one character of a segment; all else stands for itself. */
  readonly glob?: string | null | undefined;
  readonly not?: TextFilter | null | undefined;
}

/** The condition that a text column (never null) must meet. */
export function compileText(column: SqlPart, filter: TextFilter): SqlPart {
  return allOf([
    ...whenGiven(filter.eq, (text) => (storable(text) ? sql`${column} = ${text}` : sql`FALSE`)),
    ...whenGiven(filter.in, (texts) => sql`${column} = ANY (${texts.filter(storable)}::text[])`),
    ...whenGiven(filter.startsWith, (text) => like(column, `${escapeLike(text)}%`)),
    ...whenGiven(filter.contains, (text) => like(column, `%${escapeLike(text)}%`)),
    ...whenGiven(filter.glob, (glob) => compileGlob(column, glob)),
    ...whenGiven(filter.not, (inner) => sql`NOT (${compileText(column, inner)})`),
  ]);
}

/** PostgreSQL keeps no NUL in a text, so nothing that is stored can equal or contain one. */
export function storable(text: string): boolean {
  return !text.includes('\0');
}

function like(column: SqlPart, pattern: string): SqlPart {
  return storable(pattern) ? sql`${column} LIKE ${pattern}` : sql`FALSE`;
}

function escapeLike(text: string): string {
  return text.replace(/[\\%_]/g, '\\$&');
}

/** A regular expression, and beside it the literal beginning, which an index can use. */
function compileGlob(column: SqlPart, glob: string): SqlPart {
  if (!storable(glob)) return sql`FALSE`;
  const beginning = /^[^*?]*/.exec(glob)?.[0] ?? '';
  if (beginning === glob) return sql`${column} = ${glob}`;
  const conditions = [sql`${column} ~ ${globToRegex(glob)}`];
  if (beginning !== '') conditions.unshift(like(column, `${escapeLike(beginning)}%`));
  return joinSql(conditions, ' AND ');
}

/** In PostgreSQL's dialect a backslash before a letter or digit would be an escape of its own; those stay bare. */
function globToRegex(glob: string): string {
  const body = glob.replace(/\*\*+|\*|\?|[^A-Za-z0-9/]/gu, (found) => {
    if (found === '*') return '[^/]*';
    if (found === '?') return '[^/]';
    if (found.startsWith('**')) return '.*';
    return /^[ -~]$/.test(found) ? `\\${found}` : found;
  });
  return `^(?:${body})$`;
}

/** The condition for a name that lies in another table: the ids of the rows that match. */
export function idsWhere(table: 'registry' | 'repository', column: string, filter: TextFilter): SqlPart {
  const name = rawSql(`named.${column}`);
  return sql`SELECT named.id FROM ${rawSql(table)} AS named WHERE ${compileText(name, filter)}`;
}
