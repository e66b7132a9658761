import { sourceWords } from '@strata/registry-events';
import { createLogger, loadConfig, runMain, sourcesSection } from '@strata/runtime';
import { runApp } from '@strata/runtime/app';
import { WebhookIngestConfig } from './config.js';
import { webhookIngest } from './webhook-ingest.js';

await runMain('webhook-ingest', () => {
  const { config, sources } = loadConfig({
    schema: WebhookIngestConfig,
    env: process.env,
    sections: { sources: sourcesSection(sourceWords) },
  });
  const logger = createLogger({ name: 'webhook-ingest', level: config.LOG_LEVEL });
  return runApp(
    webhookIngest({
      databaseUrl: config.DATABASE_URL,
      poolSize: config.STRATA_DATABASE_POOL,
      host: config.STRATA_BIND,
      port: config.STRATA_HOOK_PORT,
      sources,
      logger,
    }),
  );
});
