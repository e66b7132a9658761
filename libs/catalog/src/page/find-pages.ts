import type { Sql } from '../open-catalog.js';
import { allOf, joinSql, rawSql, sql, toQuery, type SqlPart } from '../filter/sql.js';
import { formatCursor, parseCursor } from './cursor.js';
import {
  checkPageSize,
  pageRow,
  type OrderedList,
  type Page,
  type PageRequest,
  type SortKey,
  type SortOrder,
} from './list.js';

/** What stands beside the columns of the list: the texts of its keys, and whose page the row is on. */
type Keyed<Row> = Row & Readonly<Record<`key_${number}`, string>> & { readonly parent?: bigint };

/**
 * One page per parent, in the order of `parents`, in a single statement however many there are; for a list of the
 * whole catalog, `parents` is `[null]`. Throws `CursorError` and `PageSizeError`.
 */
export async function findPages<Row extends object>(
  db: Sql,
  list: OrderedList,
  request: PageRequest,
  parents: readonly (bigint | null)[],
): Promise<readonly Page<Row>[]> {
  const { first } = request;
  checkPageSize(first);
  const after = request.after === null || request.after === undefined ? null : afterKeys(list.order, request.after);
  const select = (parentId: SqlPart | null): SqlPart => selectPage(list, parentId, after, first + 1);
  const [only] = parents;
  const statement =
    parents.length === 1
      ? select(only === null || only === undefined ? null : sql`${only}::bigint`)
      : selectEach(list, select, parents);
  const { rows } = await db.query<Keyed<Row>>(toQuery(statement));
  const byParent = Map.groupBy(rows, ({ parent }) => Number(parent ?? 1n) - 1);
  return parents.map((_, index) => toPage(list.order, byParent.get(index) ?? [], first));
}

/** Alone, a parent is a constant that the planner can judge; together they are joined laterally. */
function selectEach(
  list: OrderedList,
  select: (parentId: SqlPart) => SqlPart,
  parents: readonly (bigint | null)[],
): SqlPart {
  const { keys, direction } = list.order;
  const columns = joinSql(
    keys.map((_, index) => rawSql(`page.sort_${index} ${direction}`)),
    ', ',
  );
  return sql`SELECT parents.parent, page.*
    FROM unnest(${parents}::bigint[]) WITH ORDINALITY AS parents (id, parent)
    CROSS JOIN LATERAL (${select(rawSql('parents.id'))}) AS page
    ORDER BY parents.parent, ${columns}`;
}

function selectPage(list: OrderedList, parentId: SqlPart | null, after: SqlPart | null, limit: number): SqlPart {
  const { columns, from, order } = list;
  const conditions = [list.where, ...(parentId === null || list.of === undefined ? [] : [list.of(parentId)])];
  const sorted = joinSql(
    order.keys.map(({ column }) => sql`${column} ${rawSql(order.direction)}`),
    ', ',
  );
  const texts = order.keys.map(
    (key, index) => sql`${keyText(key)} AS ${rawSql(`key_${index}`)}, ${key.column} AS ${rawSql(`sort_${index}`)}`,
  );
  const selected = sql`${columns}, ${joinSql(texts, ', ')}`;
  const where = list.pick?.({ after, sorted, limit }) ?? allOf(after === null ? conditions : [...conditions, after]);
  return sql`SELECT ${selected} FROM ${from} WHERE ${where} ORDER BY ${sorted} LIMIT ${limit}`;
}

/** An instant keeps its microseconds, which a JavaScript date would lose. */
function keyText({ column, kind }: SortKey): SqlPart {
  return kind === 'instant' ? sql`(extract(epoch FROM ${column}) * 1000000)::bigint::text` : sql`${column}::text`;
}

function afterKeys(order: SortOrder, cursor: string): SqlPart {
  const texts = parseCursor(
    cursor,
    order.name,
    order.keys.map(({ kind }) => kind),
  );
  const columns = joinSql(
    order.keys.map(({ column }) => column),
    ', ',
  );
  const values = joinSql(
    order.keys.map(({ kind }, index) => keyValue(kind, texts[index] ?? '')),
    ', ',
  );
  return sql`(${columns}) ${rawSql(order.direction === 'ASC' ? '>' : '<')} (${values})`;
}

function keyValue(kind: SortKey['kind'], text: string): SqlPart {
  switch (kind) {
    case 'text':
      return sql`${text}::text`;
    case 'integer':
      return sql`${text}::bigint`;
    case 'instant':
      return sql`(timestamptz 'epoch' + ${text}::bigint * interval '1 microsecond')`;
    case 'severity':
      return sql`${text}::severity`;
  }
}

function toPage<Row extends object>(order: SortOrder, found: readonly Keyed<Row>[], first: number): Page<Row> {
  const keysOf = (row: Keyed<Row>) => order.keys.map((_, index) => row[`key_${index}`] ?? '');
  const rows = found.slice(0, first).map((row) => pageRow(row, () => formatCursor(order.name, keysOf(row))));
  return { rows, hasNextPage: found.length > first };
}
