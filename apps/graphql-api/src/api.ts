import type { Catalog } from '@strata/catalog';
import type { Logger, SourceConfig } from '@strata/runtime';
import type { AppOptions } from '@strata/runtime/app';
import { apiModule } from './app.module.js';
import { openAuthenticator } from './caller/authenticator.js';
import type { AnonymousAccess } from './caller/caller.js';
import { EXPORT_LIMITS, mountExport, type ExportLimits } from './export/export-route.js';
import { mountGraphiql } from './http/graphiql.js';
import { mountGraphql } from './http/graphql-route.js';
import { LIMITS } from './limits/limits.js';
import { openMaker } from './making/maker.js';
import type { PersistedQuestions } from './persisted/persisted-questions.js';
import { mountReports } from './report/report-route.js';

/** The app, ready to be started by `main.ts` or by a test. Owns both catalogs from here on. */
export function apiOptions(options: {
  readonly host: string;
  readonly port: number;
  readonly catalog: Catalog;
  /** For mutations, which alone write. */
  readonly writes: Catalog;
  /** The registries that may be read, and those of them that may be written, for what is made here. */
  readonly sources: readonly SourceConfig[];
  readonly anonymous: AnonymousAccess;
  readonly persisted: PersistedQuestions;
  readonly logger: Logger;
  readonly exportLimits?: ExportLimits;
}): AppOptions {
  const { host, port, catalog, writes, sources, anonymous, persisted, logger, exportLimits = EXPORT_LIMITS } = options;
  const authenticate = openAuthenticator({ catalog, writes, anonymous, now: () => new Date(), logger });
  const maker = openMaker({ sources, writes, now: () => new Date(), logger });
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
      const questionsAtOnce = catalog.pool.options.max;
      mountGraphql(server, { catalog, writes, maker, authenticate, persisted, logger, questionsAtOnce });
      mountExport(server, { catalog, authenticate, logger, limits: exportLimits });
      mountReports(server, { catalog, authenticate, logger, now: () => new Date() });
      mountGraphiql(server);
    },
    close: async () => {
      await maker.close();
      await catalog.close();
      await writes.close();
    },
  };
}
