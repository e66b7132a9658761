import type { Sql } from '../open-catalog.js';
import type { Severity } from '../stored-words.js';
import type { Policy } from './policy.js';
import { findUnreadable } from './read-policy-filters.js';

interface Row {
  readonly id: number;
  readonly name: string;
  readonly severity: Severity;
  readonly description: string | null;
  readonly owner: string | null;
  readonly where: unknown;
  readonly require: unknown;
  readonly definition: string;
  readonly evaluated: string | null;
  readonly evaluatedAt: Date | null;
  readonly removedAt: Date | null;
  readonly startedAt: Date | null;
  readonly done: bigint;
  readonly expected: bigint;
}

const SELECT = `
SELECT id, name, severity, description, owner, where_filter AS "where", require_filter AS "require",
  encode(definition_hash, 'hex') AS definition, encode(evaluated_hash, 'hex') AS evaluated, evaluated_at AS "evaluatedAt",
  removed_at AS "removedAt", evaluation_started_at AS "startedAt", evaluation_done AS done, evaluation_expected AS expected
FROM policy`;

/** Every policy that is configured, by name; with `removed`, also those that were once. */
export async function findPolicies(
  db: Sql,
  { removed = false }: { readonly removed?: boolean } = {},
): Promise<readonly Policy[]> {
  const { rows } = await db.query<Row>(`${SELECT} ${removed ? '' : 'WHERE removed_at IS NULL'} ORDER BY name`);
  return rows.map(({ startedAt, done, expected, ...policy }) => ({
    ...policy,
    unreadable: findUnreadable(policy),
    evaluation: startedAt === null ? null : { startedAt, done, expected },
  }));
}
