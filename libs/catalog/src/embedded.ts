export { discardEmbeddedPostgres, startEmbeddedPostgres } from './embedded/start-embedded-postgres.js';
export type { EmbeddedPostgres } from './embedded/start-embedded-postgres.js';
export { applyMigrations, pendingMigrations } from './migrations/apply-migrations.js';
