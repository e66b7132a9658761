import { z } from 'zod';

/** What a process must know to reach the queue; part of the worker's configuration. */
export const QueueConfig = z.object({
  DATABASE_URL: z.string().min(1, 'a PostgreSQL connection string is needed'),
  REDIS_URL: z
    .string()
    .regex(/^rediss?:\/\//, 'must start with redis:// or rediss://')
    .optional(),
});

/** Where jobs wait: beside the catalog in Postgres (schema `bullmq`), or in Redis. */
export type QueueConnection =
  { readonly kind: 'postgres'; readonly databaseUrl: string } | { readonly kind: 'redis'; readonly redisUrl: string };

/** Redis where it is configured, else Postgres. */
export function queueConnectionOf(config: z.output<typeof QueueConfig>): QueueConnection {
  return config.REDIS_URL === undefined
    ? { kind: 'postgres', databaseUrl: config.DATABASE_URL }
    : { kind: 'redis', redisUrl: config.REDIS_URL };
}
