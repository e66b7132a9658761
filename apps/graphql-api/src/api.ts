import type { Catalog } from '@strata/catalog';
import type { AppOptions, Logger } from '@strata/runtime';
import { apiModule } from './app.module.js';
import { EXPORT_LIMITS, mountExport, type ExportLimits } from './export/export-route.js';
import { mountGraphiql } from './http/graphiql.js';
import { mountGraphql } from './http/graphql-route.js';
import { LIMITS } from './limits/limits.js';
import type { PersistedQuestions } from './persisted/persisted-questions.js';

/** The app, ready to be started by `main.ts` or by a test. Owns `catalog` from here on. */
export function apiOptions(options: {
  readonly host: string;
  readonly port: number;
  readonly catalog: Catalog;
  readonly persisted: PersistedQuestions;
  readonly logger: Logger;
  readonly exportLimits?: ExportLimits;
}): AppOptions {
  const { host, port, catalog, persisted, logger, exportLimits = EXPORT_LIMITS } = options;
  return {
    name: 'graphql-api',
    host,
    port,
    logger,
    module: apiModule(logger),
    readiness: async () => {
      await catalog.pool.query('SELECT 1');
      return [];
    },
    fastifyOptions: { bodyLimit: LIMITS.bodyBytes },
    configure: (app) => {
      const server = app.getHttpAdapter().getInstance();
      mountGraphql(server, { catalog, persisted, logger });
      mountExport(server, { catalog, logger, limits: exportLimits });
      mountGraphiql(server);
    },
    close: () => catalog.close(),
  };
}
