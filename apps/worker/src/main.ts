import { policyWords, tagFilterSchema } from '@strata/catalog';
import { queueConnectionOf } from '@strata/queue';
import { sourceWords } from '@strata/registry-events';
import {
  checkConfigFile,
  createLogger,
  loadConfig,
  policiesSection,
  reportsSection,
  runMain,
  sourcesSection,
  webhooksSection,
} from '@strata/runtime';
import { runApp } from '@strata/runtime/app';
import { WorkerConfig } from './config.js';
import { reportWords } from './report/report-words.js';
import { snapshotPlan } from './report/snapshot-plan.js';
import { KINDS, SEVERITIES } from './tell/webhook-words.js';
import { worker } from './worker.js';

await runMain('worker', async () => {
  const { config, sources, reports, webhooks } = loadConfig({
    schema: WorkerConfig,
    env: process.env,
    sections: {
      sources: sourcesSection(sourceWords),
      reports: reportsSection(reportWords),
      webhooks: webhooksSection({ kinds: KINDS, severities: SEVERITIES, where: tagFilterSchema() }),
    },
  });
  const policies = checkConfigFile({ policies: policiesSection(policyWords) }, process.env);
  const logger = createLogger({ name: 'worker', level: config.LOG_LEVEL });
  // Images are catalogued all the same: a mistake in a policy must stop neither the worker nor, under `strata start`, the hook.
  if (!policies.ok) {
    for (const { where, message } of policies.problems) logger.error({ where }, `not understood: ${message}`);
    logger.error('the policies that were recorded last stay in force until strata.yaml is mended');
  }
  return runApp(
    await worker({
      databaseUrl: config.DATABASE_URL,
      poolSize: config.STRATA_DATABASE_POOL,
      queue: queueConnectionOf(config),
      host: config.STRATA_BIND,
      port: config.STRATA_WORKER_PORT,
      sources,
      reports: reports.map(snapshotPlan),
      webhooks,
      policies: policies.ok ? policies.value.policies : null,
      concurrency: config.STRATA_WORKER_CONCURRENCY,
      registryConcurrency: config.STRATA_REGISTRY_CONCURRENCY,
      leaseMs: config.STRATA_LEASE_MS,
      logger,
    }),
  );
});
