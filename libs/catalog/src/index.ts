export { CatalogConfig, inTransaction, openCatalog } from './open-catalog.js';
export type { Catalog, Sql } from './open-catalog.js';
export { digestFromBytes, digestToBytes } from './digest-bytes.js';
