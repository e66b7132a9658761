import { CatalogConfig } from '@strata/catalog';
import { Port, RuntimeConfig } from '@strata/runtime';
import { z } from 'zod';

/** What this process must know. */
export const ApiConfig = z.object({
  ...RuntimeConfig.shape,
  ...CatalogConfig.shape,
  DATABASE_URL: CatalogConfig.shape.DATABASE_URL.refine(URL.canParse, 'must be a URL such as postgres://host/database'),
  STRATA_API_PORT: Port.default(3000),
  /** What callers without a token may do: nothing, ask, or (programs on this machine) operate too; never push. */
  STRATA_API_ANONYMOUS: z.enum(['off', 'read', 'operate']).default('read'),
  /** A folder of `.graphql` files: with it, only these questions are answered. */
  STRATA_API_QUESTIONS: z.string().min(1).optional(),
});

/** Connections for mutations, beside those of the pool that answers questions. */
export const WRITING_CONNECTIONS = 2;

/** A statement that runs longer is ended by the database, and its question refused. */
export const STATEMENT_TIMEOUT_MS = 5_000;

/**
 * The same database for a process that only reads: every session refuses writes and ends long statements, whatever
 * a resolver may do.
 */
export function readOnlyUrl(databaseUrl: string): string {
  return withOptions(databaseUrl, ['-c default_transaction_read_only=on', TIMEOUT]);
}

/** The same database for the few statements by which mutations write; they too end when they run too long. */
export function writableUrl(databaseUrl: string): string {
  return withOptions(databaseUrl, [TIMEOUT]);
}

const TIMEOUT = `-c statement_timeout=${STATEMENT_TIMEOUT_MS}`;

function withOptions(databaseUrl: string, more: readonly string[]): string {
  const url = new URL(databaseUrl);
  url.searchParams.set('options', [url.searchParams.get('options'), ...more].filter(Boolean).join(' '));
  return url.href;
}
