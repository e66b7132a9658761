import { queueConnectionOf } from '@strata/queue';
import { sourceWords } from '@strata/registry-events';
import { createLogger, loadConfig, runMain, sourcesSection } from '@strata/runtime';
import { runApp } from '@strata/runtime/app';
import { WorkerConfig } from './config.js';
import { readBeside } from './read-beside.js';
import { worker } from './worker.js';

await runMain('worker', async () => {
  const sections = { sources: sourcesSection(sourceWords) };
  const { config, sources } = loadConfig({ schema: WorkerConfig, env: process.env, sections });
  const logger = createLogger({ name: 'worker', level: config.LOG_LEVEL });
  return runApp(
    await worker({
      databaseUrl: config.DATABASE_URL,
      poolSize: config.STRATA_DATABASE_POOL,
      queue: queueConnectionOf(config),
      host: config.STRATA_BIND,
      port: config.STRATA_WORKER_PORT,
      sources,
      ...readBeside(process.env, logger),
      concurrency: config.STRATA_WORKER_CONCURRENCY,
      registryConcurrency: config.STRATA_REGISTRY_CONCURRENCY,
      leaseMs: config.STRATA_LEASE_MS,
      logger,
    }),
  );
});
