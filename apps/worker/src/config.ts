import { CatalogConfig } from '@strata/catalog';
import { QueueConfig } from '@strata/queue';
import { Port, RuntimeConfig } from '@strata/runtime';
import { z } from 'zod';

/** Every variable that the worker reads. */
export const WorkerConfig = z.object({
  ...RuntimeConfig.shape,
  ...CatalogConfig.shape,
  ...QueueConfig.shape,
  STRATA_WORKER_PORT: Port.default(3002),
  /** Jobs of up to 64 events at once; three times what one source may have on its way, so that a slow one leaves room. */
  STRATA_WORKER_CONCURRENCY: z.coerce.number().int().min(3).max(1_000).default(36),
  /** Questions under way at once to one registry. */
  STRATA_REGISTRY_CONCURRENCY: z.coerce.number().int().min(1).max(100).default(4),
  /** The PEM file of the key that kept reports are signed with; read where `reports:` says `sign: true`. */
  STRATA_SIGNING_KEY: z.string().min(1).optional(),
  /** How long a worker may be silent before its events are given to another. */
  STRATA_LEASE_MS: z.coerce.number().int().min(1_000).max(3_600_000).default(120_000),
});
