import { checkFilter } from '../filter/check-filter.js';
import { sql } from '../filter/sql.js';
import type { TagFilter } from '../filter/tag-filter.js';
import { storable } from '../filter/text-filter.js';
import type { Sql } from '../open-catalog.js';
import { findPages } from '../page/find-pages.js';
import type { OrderedList, Page, PageRequest } from '../page/list.js';
import type { TagQuery, TagOrder, TagRow } from './find-tags.js';

/** How the tags of one namespace are found without passing those of others. */
export interface NamespaceWalk {
  /** What their references begin with, at each registry. */
  readonly starts: readonly string[];
  /** What is asked beyond that: a planner that was told of the namespace twice would expect far fewer tags. */
  readonly rest: TagFilter;
}

/** Of more registries than this, one walk along the whole order is as good. */
const MAX_WALKS = 8;

/**
 * The parts of the order of references in which all tags are that a question can mean; null where one walk along all of
 * it is right. No name of a repository has a colon, so what begins so before one is the name. Throws `FilterError`.
 */
export async function planNamespaceWalk(
  db: Sql,
  { where, scope, orderBy }: TagQuery & { readonly orderBy: TagOrder },
): Promise<NamespaceWalk | null> {
  const { startsWith: prefix, ...others } = where?.repository ?? {};
  const isByReference = orderBy === 'reference-asc' || orderBy === 'reference-desc';
  if (!where || !prefix || !storable(prefix) || prefix.includes(':')) return null;
  if (!isByReference || scope.kind !== 'everywhere') return null;
  checkFilter(where);
  const { rows } = await db.query<{ readonly host: string }>('SELECT host FROM registry ORDER BY id');
  if (rows.length > MAX_WALKS) return null;
  const isMoreAsked = Object.values(others).some((asked) => asked !== null && asked !== undefined);
  const rest = { ...where, repository: isMoreAsked ? others : null };
  return { starts: rows.map(({ host }) => `${host}/${prefix}`), rest };
}

/** One page of the tags whose references begin so and that the list means, in the order of references. */
export async function walkNamespace(
  db: Sql,
  list: OrderedList,
  page: PageRequest,
  starts: readonly string[],
): Promise<Page<TagRow>> {
  const pages = await Promise.all(
    starts.map(async (start) => {
      // References are ASCII, so nothing of them stands behind the last character that there is.
      const within = sql`tag.reference >= ${start} AND tag.reference < ${`${start}\u{10ffff}`}`;
      const [part] = await findPages<TagRow>(db, { ...list, where: sql`(${list.where}) AND ${within}` }, page, [null]);
      return part ?? { rows: [], hasNextPage: false };
    }),
  );
  const sign = list.order.direction === 'ASC' ? 1 : -1;
  const rows = pages.flatMap((part) => part.rows).sort((a, b) => (a.row.reference < b.row.reference ? -sign : sign)); // of ASCII, and no two are the same
  const hasNextPage = rows.length > page.first || pages.some((part) => part.hasNextPage);
  return { rows: rows.slice(0, page.first), hasNextPage };
}
