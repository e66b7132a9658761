import type { IncomingMessage } from 'node:http';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createEventRecorder, createInboxSignal, openCatalog, type Catalog } from '@strata/catalog';
import { dialects, type DialectName } from '@strata/registry-events';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { AppOptions, Logger, SourceConfig } from '@strata/runtime';
import { COMMIT_TIMEOUT_MS, REQUEST_TIMEOUT_MS } from './ceilings.js';
import { checkSender } from './check-sender.js';
import { createKnownInstances } from './known-instances.js';
import { createKnownSources } from './known-sources.js';
import { readBody } from './read-body.js';
import type { HookTools } from './receive-delivery.js';
import { WebhookIngestModule } from './webhook-ingest.module.js';

/** What the operator decides about the hook process. */
export interface WebhookIngestOptions {
  readonly databaseUrl: string;
  readonly poolSize: number;
  readonly host: string;
  readonly port: number;
  readonly sources: readonly SourceConfig<DialectName>[];
  readonly logger: Logger;
}

/** Everything `runApp` needs to run the hook; connects to nothing yet. */
export function webhookIngest(options: WebhookIngestOptions): AppOptions {
  const { logger, host, port } = options;
  const catalog = openCatalog({
    databaseUrl: options.databaseUrl,
    poolSize: options.poolSize,
    onError: (error) => logger.warn({ err: error }, 'an idle database connection broke'),
  });
  const tools = toolsOf(options, catalog);
  return {
    name: 'webhook-ingest',
    module: WebhookIngestModule.with(tools, logger),
    host,
    port,
    logger,
    fastifyOptions: {
      requestTimeout: REQUEST_TIMEOUT_MS,
      // Node checks every 30 s by default which requests are late.
      http: {
        connectionsCheckingInterval: 500,
        headersTimeout: REQUEST_TIMEOUT_MS,
        requestTimeout: REQUEST_TIMEOUT_MS,
      },
    },
    configure: (app) => takeRawBodies(app, tools),
    readiness: () => problemsOf(catalog),
    async close() {
      tools.signal.close();
      await catalog.close();
    },
  };
}

function toolsOf({ sources, logger }: WebhookIngestOptions, catalog: Catalog): HookTools {
  const configured = sources.map(({ name, dialect, host }) => ({ name, dialect, registryHost: host }));
  return {
    catalog,
    sources: new Map(
      sources.map(({ name, dialect, secrets }) => [name, { name, dialect: dialects[dialect], secrets }]),
    ),
    sourceIdOf: createKnownSources(catalog, configured),
    instances: createKnownInstances(catalog, ({ sourceId, instanceId }) =>
      logger.info({ sourceId, instanceId }, 'the registry has a new instance: events of the old one may be lost'),
    ),
    recorder: createEventRecorder(catalog, { timeoutMs: COMMIT_TIMEOUT_MS }),
    signal: createInboxSignal(catalog),
    now: () => new Date(),
  };
}

/** Fastify would parse, and refuse, what only the dialect may judge: every body arrives here as bytes. */
function takeRawBodies(app: NestFastifyApplication, { sources }: HookTools): void {
  const server: FastifyInstance = app.getHttpAdapter().getInstance();
  server.decorateRequest('deliveryHeaders', null);
  server.addHook('onRequest', checkSender(sources));
  server.addContentTypeParser('application/octet-stream', (request: FastifyRequest, payload: IncomingMessage) =>
    readBody(payload, request.headers['content-encoding']),
  );
}

async function problemsOf({ pool }: Catalog): Promise<readonly string[]> {
  const result = await pool.query<{ transaction_read_only: string }>('SHOW transaction_read_only');
  return result.rows[0]?.transaction_read_only === 'on' ? ['the database is read-only'] : [];
}
