import { CatalogConfig } from '@strata/catalog';
import { Port, RuntimeConfig } from '@strata/runtime';
import { z } from 'zod';

/** Every variable that the hook process reads. */
export const WebhookIngestConfig = z.object({
  ...RuntimeConfig.shape,
  ...CatalogConfig.shape,
  STRATA_HOOK_PORT: Port.default(3001),
});
