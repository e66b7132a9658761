import { openCatalog } from '@strata/catalog';
import { createLogger, readConfig, runApp, runMain } from '@strata/runtime';
import { apiOptions } from './api.js';
import { ApiConfig, readOnlyUrl } from './config.js';

const NAME = 'graphql-api';

await runMain(NAME, () => {
  const config = readConfig(ApiConfig, process.env);
  const logger = createLogger({ name: NAME, level: config.LOG_LEVEL });
  const catalog = openCatalog({
    databaseUrl: readOnlyUrl(config.DATABASE_URL),
    poolSize: config.STRATA_DATABASE_POOL,
    onError: (error) => logger.warn({ err: error }, 'a connection to the database broke'),
  });
  return runApp(apiOptions({ host: config.STRATA_BIND, port: config.STRATA_API_PORT, catalog, logger }));
});
