import { openCatalog } from '@strata/catalog';
import { sourceWords } from '@strata/registry-events';
import { createLogger, loadConfig, runMain, sourcesSection } from '@strata/runtime';
import { runApp } from '@strata/runtime/app';
import { apiOptions } from './api.js';
import { ApiConfig, readOnlyUrl, writableUrl, WRITING_CONNECTIONS } from './config.js';
import { listedQuestions, rememberedQuestions } from './persisted/persisted-questions.js';
import { readAllowList } from './persisted/read-allow-list.js';

const NAME = 'graphql-api';

await runMain(NAME, () => {
  const { config, sources } = loadConfig({
    schema: ApiConfig,
    env: process.env,
    sections: { sources: sourcesSection(sourceWords) },
  });
  const logger = createLogger({ name: NAME, level: config.LOG_LEVEL });
  const folder = config.STRATA_API_QUESTIONS;
  const persisted = folder === undefined ? rememberedQuestions() : listedQuestions(readAllowList(folder));
  const { DATABASE_URL, STRATA_DATABASE_POOL, STRATA_BIND: host, STRATA_API_PORT: port } = config;
  const open = (databaseUrl: string, poolSize: number) =>
    openCatalog({
      databaseUrl,
      poolSize,
      onError: (error) => logger.warn({ err: error }, 'a connection to the database broke'),
    });
  const catalog = open(readOnlyUrl(DATABASE_URL), STRATA_DATABASE_POOL);
  const writes = open(writableUrl(DATABASE_URL), WRITING_CONNECTIONS);
  const anonymous = config.STRATA_API_ANONYMOUS;
  return runApp(apiOptions({ host, port, catalog, writes, sources, anonymous, persisted, logger }));
});
