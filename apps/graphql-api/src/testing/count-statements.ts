import type { Catalog } from '@strata/catalog';

/** Counts what the pool of a catalog is asked from now on. */
export function countStatements({ pool }: Catalog): () => number {
  const query = pool.query.bind(pool);
  let statements = 0;
  Object.assign(pool, {
    query: (...args: Parameters<typeof query>) => {
      statements += 1;
      return query(...args);
    },
  });
  return () => statements;
}
