import { createHash } from 'node:crypto';
import { inTransaction, type Catalog, type Sql } from '../open-catalog.js';
import type { WrittenPolicy } from './policy.js';

const UPSERT = `
  INSERT INTO policy (name, severity, description, owner, where_filter, require_filter, definition_hash)
  SELECT * FROM unnest($1::text[], $2::severity[], $3::text[], $4::text[], $5::jsonb[], $6::jsonb[], $7::bytea[])
    AS written (name, severity, description, owner, where_filter, require_filter, definition_hash) ORDER BY name
  ON CONFLICT (name) DO UPDATE
     SET (severity, description, owner, where_filter, require_filter, definition_hash, evaluated_at, removed_at)
       = (excluded.severity, excluded.description, excluded.owner, excluded.where_filter, excluded.require_filter,
          excluded.definition_hash, CASE WHEN policy.removed_at IS NULL THEN policy.evaluated_at END, NULL)`;

// What is written again later is new then: tags were not looked at for it in between. Whatever it has found is to be
// closed, also by an evaluation that had not come to its end: that is due while a removed policy has a time.
const REMOVE = `
  UPDATE policy SET removed_at = $2, evaluated_at = coalesce(evaluated_at, $2), evaluated_hash = NULL, evaluation_started_at = NULL
   WHERE removed_at IS NULL AND name <> ALL ($1::text[])`;

/**
 * Makes these the policies that there are: the others are removed, and keep their rows for what was found by them. What
 * this changes in verdicts is written by `evaluatePolicies`. The filters have been read before.
 */
export async function recordPolicies(catalog: Catalog, policies: readonly WrittenPolicy[], now: Date): Promise<void> {
  await inTransaction(catalog, async (sql) => {
    await sql.query(UPSERT, [
      policies.map(({ name }) => name),
      policies.map(({ severity }) => severity),
      policies.map(({ description }) => description),
      policies.map(({ owner }) => owner),
      policies.map(({ where }) => JSON.stringify(where)),
      policies.map(({ require }) => JSON.stringify(require)),
      policies.map(definitionOf),
    ]);
    await sql.query(REMOVE, [policies.map(({ name }) => name), now]);
  });
}

/**
 * Notes that these policies were left out of an examination: once they can be evaluated again, that is done over all
 * tags, as for new ones.
 */
export async function forgetVerdicts(sql: Sql, policyIds: readonly number[]): Promise<void> {
  await sql.query('UPDATE policy SET evaluated_hash = NULL WHERE id = ANY ($1::int[])', [policyIds]);
}

/** The same for filters that say the same, in whatever order they name their fields. */
function definitionOf({ severity, where, require }: WrittenPolicy): Buffer {
  return createHash('sha256')
    .update(JSON.stringify([severity, sorted(where), sorted(require)]))
    .digest();
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return entries.map(([key, each]) => [key, sorted(each)]);
}
