import { CatalogConfig } from '@strata/catalog';
import { QueueConfig } from '@strata/queue/config';
import { Port, RuntimeConfig } from '@strata/runtime';
import { z } from 'zod';

/** The variables of the whole product, as far as starting it needs them; each app checks its own besides. */
export const CliConfig = z.object({
  ...RuntimeConfig.shape,
  /** Absent: a Postgres of our own under `STRATA_HOME`. */
  DATABASE_URL: CatalogConfig.shape.DATABASE_URL.optional(),
  /** Absent: the queue lives in Postgres too. */
  REDIS_URL: QueueConfig.shape.REDIS_URL,
  STRATA_API_PORT: Port.default(3000),
  STRATA_HOOK_PORT: Port.default(3001),
  /** Where senders elsewhere reach the hook, for what is printed for them. Absent: as it listens. */
  STRATA_HOOK_URL: z
    .url({ protocol: /^https?$/, error: 'must be an address such as https://hooks.example' })
    .refine((text) => !/[?#@]/.test(text), 'must not hold a query, a fragment or a user name')
    .optional(),
  /** Who we are to the API, for the commands that ask it; a variable, because arguments can be read by everybody. */
  STRATA_TOKEN: z
    .string()
    .regex(/^[\x21-\x7e]+$/, 'must be a token as `strata token create` shows it')
    .optional(),
  STRATA_WORKER_PORT: Port.default(3002),
});

/** The checked variables. */
export type CliConfig = z.output<typeof CliConfig>;
