import type { Catalog } from '@strata/catalog';
import DataLoader from 'dataloader';
import { perRequest, type ApiContext } from './context.js';

/** Finds things by key, gathering the keys that one answer needs into one statement. */
export function oneOf<Key, Found>(
  find: (catalog: Catalog, keys: readonly Key[]) => Promise<readonly Found[]>,
): (context: ApiContext, key: Key) => Promise<Found> {
  const loaders = perRequest(({ catalog }) => new DataLoader((keys: readonly Key[]) => find(catalog, keys)));
  return (context, key) => loaders(context).load(key);
}

/** For what a foreign key promises: it is there. */
export function present<T>(found: T | null): T {
  if (found === null) throw new Error('a row that another one points at is not there');
  return found;
}
