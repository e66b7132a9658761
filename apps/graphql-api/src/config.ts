import { CatalogConfig } from '@strata/catalog';
import { Port, RuntimeConfig } from '@strata/runtime';
import { z } from 'zod';

/** What this process must know. */
export const ApiConfig = z.object({
  ...RuntimeConfig.shape,
  ...CatalogConfig.shape,
  DATABASE_URL: CatalogConfig.shape.DATABASE_URL.refine(URL.canParse, 'must be a URL such as postgres://host/database'),
  STRATA_API_PORT: Port.default(3000),
  /** A folder of `.graphql` files: with it, only these questions are answered. */
  STRATA_API_QUESTIONS: z.string().min(1).optional(),
});

/** A statement that runs longer is ended by the database, and its question refused. */
export const STATEMENT_TIMEOUT_MS = 5_000;

/**
 * The same database for a process that only reads: every session refuses writes and ends long statements, whatever
 * a resolver may do.
 */
export function readOnlyUrl(databaseUrl: string): string {
  const url = new URL(databaseUrl);
  const options = [
    url.searchParams.get('options'),
    '-c default_transaction_read_only=on',
    `-c statement_timeout=${STATEMENT_TIMEOUT_MS}`,
  ];
  url.searchParams.set('options', options.filter(Boolean).join(' '));
  return url.href;
}
