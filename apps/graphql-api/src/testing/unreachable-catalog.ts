import { openCatalog, type Catalog } from '@strata/catalog';
import { countStatements } from './count-statements.js';

/**
 * A catalog behind a port that nobody listens on, which counts what it is asked: for questions that must be
 * refused before anything is read.
 */
export function unreachableCatalog(): { readonly catalog: Catalog; readonly statements: () => number } {
  const catalog = openCatalog({ databaseUrl: 'postgres://nobody@127.0.0.1:1/nowhere' });
  return { catalog, statements: countStatements(catalog) };
}
