import type { Catalog, Page, PageRequest } from '@strata/catalog';
import DataLoader from 'dataloader';
import { DEFAULT_PAGE } from '../limits/limits.js';
import { toConnection, type Connection } from './connection.js';
import { perRequestAndArgs, type ApiContext } from './context.js';

/** What GraphQL gives for the arguments that every page has. */
export interface PageArgs {
  readonly first: number | null;
  readonly after?: string | null | undefined;
}

/** How a nested list is read for many parents at once. */
interface NestedList<Parent, Args, Row> {
  readonly pages: (
    catalog: Catalog,
    parents: readonly Parent[],
    args: Args & PageRequest,
  ) => Promise<readonly Page<Row>[]>;
  readonly counts: (catalog: Catalog, parents: readonly Parent[], args: Args) => Promise<readonly number[]>;
}

/** The page that was asked for, with the default where `first` is null. */
export function pageRequest({ first, after }: PageArgs): PageRequest {
  return { first: first ?? DEFAULT_PAGE, after };
}

/**
 * A list below each of many parents, such as the tags of each repository on a page: however many parents there are,
 * one statement reads their pages and one their counts.
 */
export function nestedList<Parent extends bigint | number, Args extends object, Row>(
  list: NestedList<Parent, Args, Row>,
): (context: ApiContext, parent: Parent, args: Args & PageArgs) => Connection<Row> {
  const loaders = perRequestAndArgs(({ catalog }, args: Args & PageArgs) => ({
    pages: new DataLoader((parents: readonly Parent[]) =>
      list.pages(catalog, parents, { ...args, ...pageRequest(args) }),
    ),
    counts: new DataLoader((parents: readonly Parent[]) => list.counts(catalog, parents, args)),
  }));
  return (context, parent, args) => {
    const { pages, counts } = loaders(context, args);
    return toConnection(
      () => pages.load(parent),
      () => counts.load(parent),
    );
  };
}

/** A list that stands alone: its only page and its count. */
export function rootList<Row>(
  pages: () => Promise<readonly Page<Row>[]>,
  counts: () => Promise<readonly number[]>,
): Connection<Row> {
  return toConnection(
    async () => only(await pages()),
    async () => only(await counts()),
  );
}

function only<T>(answers: readonly T[]): T {
  const [answer] = answers;
  if (answer === undefined) throw new Error('a list of the whole catalog gave no answer');
  return answer;
}
