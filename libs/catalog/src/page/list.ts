import type { SqlPart } from '../filter/sql.js';
import type { KeyKind } from './cursor.js';

/** One column of an order; the last key of every order is unique, so that no row stands between two pages. */
export interface SortKey {
  readonly column: SqlPart;
  readonly kind: KeyKind;
}

/** A total order of rows, with the name that its cursors carry. */
export interface SortOrder {
  readonly name: string;
  readonly direction: 'ASC' | 'DESC';
  readonly keys: readonly SortKey[];
}

/**
 * Rows that can be cut into pages and counted. `of` ties the rows to one parent at a time; a list without it is
 * the whole catalog's.
 */
export interface List {
  /** What is selected of each row; `parent` and names that start with `key_` or `sort_` are taken. */
  readonly columns: SqlPart;
  /** Without the word FROM. */
  readonly from: SqlPart;
  readonly where: SqlPart;
  readonly of?: ((parentId: SqlPart) => SqlPart) | undefined;
}

/** A list whose pages can be told apart. */
export type OrderedList = List & {
  readonly order: SortOrder;
  /** Where PostgreSQL would not find the rows of a page well by itself; stands for `where`. */
  readonly pick?: PagePick | undefined;
};

/** The condition that the rows of a page meet, and hardly any others. */
export type PagePick = (cut: PageCut) => SqlPart;

/** Where a page begins, null for the first; in which order; and how many rows it has at most. */
export interface PageCut {
  readonly after: SqlPart | null;
  readonly sorted: SqlPart;
  readonly limit: number;
}

/** Which part of a list is wanted. */
export interface PageRequest {
  /** 1 to 100. */
  readonly first: number;
  /** The cursor of the row before the first one wanted. */
  readonly after?: string | null | undefined;
}

/** One page: each row with the cursor that continues after it. */
export interface Page<Row> {
  readonly rows: readonly { readonly cursor: string; readonly row: Row }[];
  readonly hasNextPage: boolean;
}

/** The most rows that one page may hold. */
export const MAX_PAGE = 100;

/** Says that a page of this many rows is not given. */
export class PageSizeError extends Error {
  override readonly name = 'PageSizeError';
  constructor(readonly first: number) {
    super(`a page holds 1 to ${MAX_PAGE} rows, not ${first}`);
  }
}

/** Throws `PageSizeError` for a size that is not given. */
export function checkPageSize(first: number): void {
  if (!Number.isInteger(first) || first < 1 || first > MAX_PAGE) throw new PageSizeError(first);
}

/** The same page, its rows seen differently. */
export function mapPage<A, B>(page: Page<A>, change: (row: A) => B): Page<B> {
  return { ...page, rows: page.rows.map((each) => pageRow(change(each.row), () => each.cursor)) };
}

/** A row of a page: its cursor is made when somebody reads it, which for most rows nobody does. */
export function pageRow<Row>(row: Row, cursor: () => string): Page<Row>['rows'][number] {
  return {
    row,
    get cursor() {
      return cursor();
    },
  };
}
