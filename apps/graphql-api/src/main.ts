import { openCatalog } from '@strata/catalog';
import { createLogger, readConfig, runApp, runMain } from '@strata/runtime';
import { apiOptions } from './api.js';
import { ApiConfig, readOnlyUrl } from './config.js';
import { listedQuestions, rememberedQuestions } from './persisted/persisted-questions.js';
import { readAllowList } from './persisted/read-allow-list.js';

const NAME = 'graphql-api';

await runMain(NAME, () => {
  const config = readConfig(ApiConfig, process.env);
  const logger = createLogger({ name: NAME, level: config.LOG_LEVEL });
  const folder = config.STRATA_API_QUESTIONS;
  const persisted = folder === undefined ? rememberedQuestions() : listedQuestions(readAllowList(folder));
  const catalog = openCatalog({
    databaseUrl: readOnlyUrl(config.DATABASE_URL),
    poolSize: config.STRATA_DATABASE_POOL,
    onError: (error) => logger.warn({ err: error }, 'a connection to the database broke'),
  });
  return runApp(apiOptions({ host: config.STRATA_BIND, port: config.STRATA_API_PORT, catalog, persisted, logger }));
});
