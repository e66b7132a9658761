import type { Page } from '@strata/catalog';
import type { PageInfo } from '@strata/graphql';

/** A page as GraphQL gives it. Each part runs only when it is selected: a count alone reads no page. */
export interface Connection<Row> {
  nodes(): Promise<readonly Row[]>;
  edges(): Promise<readonly { readonly cursor: string; readonly node: Row }[]>;
  pageInfo(): Promise<PageInfo>;
  totalCount(): Promise<number>;
}

/** `page` and `count` are called at most once each, and not before they are needed. */
export function toConnection<Row>(page: () => Promise<Page<Row>>, count: () => Promise<number>): Connection<Row> {
  let read: Promise<Page<Row>> | undefined;
  const once = (): Promise<Page<Row>> => (read ??= page());
  return {
    nodes: async () => (await once()).rows.map(({ row }) => row),
    edges: async () => (await once()).rows.map(({ cursor, row }) => ({ cursor, node: row })),
    pageInfo: async () => {
      const { rows, hasNextPage } = await once();
      return { hasNextPage, endCursor: rows.at(-1)?.cursor ?? null };
    },
    totalCount: count,
  };
}
