import { openCatalog, type Catalog } from '@strata/catalog';

/**
 * A catalog behind a port that nobody listens on, which counts what it is asked: for questions that must be
 * refused before anything is read.
 */
export function unreachableCatalog(): { readonly catalog: Catalog; readonly statements: () => number } {
  const catalog = openCatalog({ databaseUrl: 'postgres://nobody@127.0.0.1:1/nowhere' });
  const query = catalog.pool.query.bind(catalog.pool);
  let statements = 0;
  Object.assign(catalog.pool, {
    query: (...args: Parameters<typeof query>) => {
      statements += 1;
      return query(...args);
    },
  });
  return { catalog, statements: () => statements };
}
