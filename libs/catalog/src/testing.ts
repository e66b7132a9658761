export { freshDatabase } from './testing/fresh-database.js';
export type { FreshDatabase } from './testing/fresh-database.js';
