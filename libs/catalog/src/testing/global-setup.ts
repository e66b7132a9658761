import { applyMigrations } from '../migrations/apply-migrations.js';
import { schemaDrift } from '../migrations/schema-drift.js';
import { findServer } from './find-server.js';
import { onServer, withDatabase } from './fresh-database.js';
import { keepForTeardown } from './kept-server.js';

/** Once per run: a server, and the migrated template that every test file clones. */
export default async function globalSetup(): Promise<void> {
  if (process.env['STRATA_TEST_SERVER_URL'] !== undefined) return; // two kinds of test in one run
  const server = await findServer(process.env);
  keepForTeardown(server);
  await onServer(server.url, 'DROP DATABASE IF EXISTS strata_template WITH (FORCE)');
  await onServer(server.url, 'CREATE DATABASE strata_template');
  const template = withDatabase(server.url, 'strata_template');
  await applyMigrations(template);
  await onServer(server.url, 'DROP DATABASE IF EXISTS strata_datamodel WITH (FORCE)');
  await onServer(server.url, 'CREATE DATABASE strata_datamodel');
  const drift = await schemaDrift(template, withDatabase(server.url, 'strata_datamodel'));
  if (drift.length > 0) throw new Error(`prisma/schema.prisma and prisma/migrations disagree:\n${drift.join('\n')}`);
  process.env['STRATA_TEST_SERVER_URL'] = server.url;
}
