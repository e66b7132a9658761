import type { IncomingMessage } from 'node:http';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createEventRecorder, createInboxSignal, markDirty, openCatalog, type Catalog } from '@strata/catalog';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Logger } from '@strata/runtime';
import type { AppOptions } from '@strata/runtime/app';
import { COMMIT_TIMEOUT_MS, LARGE_UNPROVEN_BODIES, REQUEST_TIMEOUT_MS } from './ceilings.js';
import { checkSender, sourceNameOf } from './check-sender.js';
import { openHookSource, type ConfiguredSource } from './hook-source.js';
import { createKnownInstances } from './known-instances.js';
import { createKnownSources } from './known-sources.js';
import { createLargeBodies } from './large-bodies.js';
import { createPossibleLosses, type PossibleLosses } from './possible-losses.js';
import { readBody } from './read-body.js';
import type { HookTools } from './receive-delivery.js';
import { createCrowd } from './share.js';
import { WebhookIngestModule } from './webhook-ingest.module.js';

/** What the operator decides about the hook process. */
export interface WebhookIngestOptions {
  readonly databaseUrl: string;
  readonly poolSize: number;
  readonly host: string;
  readonly port: number;
  readonly sources: readonly ConfiguredSource[];
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
  const losses = createPossibleLosses({
    mark: async (source, at) => markDirty(catalog.pool, await tools.sourceIdOf(source), at),
    now: tools.now,
  });
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
    configure(app) {
      takeRawBodies(app, tools, logger);
      watchAnswers(app, tools.sources, losses);
    },
    readiness: () => problemsOf(catalog),
    async close() {
      tools.signal.close();
      losses.close();
      await catalog.close();
    },
  };
}

function toolsOf({ sources, logger }: WebhookIngestOptions, catalog: Catalog): HookTools {
  const configured = sources.map(({ name, dialect, host }) => ({ name, dialect, registryHost: host }));
  return {
    catalog,
    sources: new Map(sources.map((source) => [source.name, openHookSource(source)])),
    sourceIdOf: createKnownSources(catalog, configured),
    instances: createKnownInstances(catalog, ({ sourceId, instanceId }) =>
      logger.info({ sourceId, instanceId }, 'the registry has a new instance: events of the old one may be lost'),
    ),
    recorder: createEventRecorder(catalog, { timeoutMs: COMMIT_TIMEOUT_MS }),
    signal: createInboxSignal(catalog),
    crowd: createCrowd(),
    now: () => new Date(),
  };
}

/** Fastify would parse, and refuse, what only the dialect may judge: every body arrives here as bytes. */
function takeRawBodies(app: NestFastifyApplication, { sources, now }: HookTools, logger: Logger): void {
  const server: FastifyInstance = app.getHttpAdapter().getInstance();
  const largeBodies = createLargeBodies(LARGE_UNPROVEN_BODIES);
  server.decorateRequest('delivery', null);
  server.addHook('onRequest', checkSender({ sources, logger, now }));
  server.addContentTypeParser('application/octet-stream', (request: FastifyRequest, payload: IncomingMessage) => {
    const proof = request.delivery?.proof ?? null;
    return readBody(payload, request.headers['content-encoding'], proof && { proof, largeBodies });
  });
}

/** Whatever is said to a sender, and whoever says it, is heard here. */
function watchAnswers(app: NestFastifyApplication, sources: HookTools['sources'], losses: PossibleLosses): void {
  const server: FastifyInstance = app.getHttpAdapter().getInstance();
  server.addHook('onResponse', (request, reply, done) => {
    const named = sourceNameOf(request);
    if (named !== null && sources.has(named)) losses.answered(named, reply.statusCode);
    done();
  });
}

async function problemsOf({ pool }: Catalog): Promise<readonly string[]> {
  const result = await pool.query<{ transaction_read_only: string }>('SHOW transaction_read_only');
  return result.rows[0]?.transaction_read_only === 'on' ? ['the database is read-only'] : [];
}
