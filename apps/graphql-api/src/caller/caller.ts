import type { StoredTokenScope, TextFilter } from '@strata/catalog';
import { userError } from '../answer/user-error.js';

/** What somebody may do here. Only ADMIN tokens, and local callers where they may operate, accept findings. */
export type Permission = StoredTokenScope | 'waive';

/** Who asks. */
export interface Caller {
  /** The name of the token, or `anonymous`: for logs, and beside what was done. */
  readonly name: string;
  readonly permissions: ReadonlySet<Permission>;
  /** The names of the repositories that may be written to; null: all, as far as the permissions go. */
  readonly repositories: TextFilter | null;
}

/** What callers without a token may do, as the operator says: nothing, ask, or (on this machine) also operate. */
export type AnonymousAccess = 'off' | 'read' | 'operate';

const READER: ReadonlySet<Permission> = new Set(['read']);
const OPERATOR: ReadonlySet<Permission> = new Set(['read', 'crawl', 'replay', 'waive']);
const EVERYTHING: ReadonlySet<Permission> = new Set(['read', 'crawl', 'replay', 'waive', 'assemble', 'admin']);

/** A caller without a token. Nothing is ever pushed, and no token made, for somebody without a name. */
export function anonymousCaller(mayOperate: boolean): Caller {
  return { name: 'anonymous', permissions: mayOperate ? OPERATOR : READER, repositories: null };
}

/** What the bearer of a token may do. */
export function permissionsOf(scopes: readonly StoredTokenScope[]): ReadonlySet<Permission> {
  return scopes.includes('admin') ? EVERYTHING : new Set(scopes);
}

/** Throws an error with the code FORBIDDEN that says what is lacking, unless the caller has any of these. */
export function requirePermission(
  { name, permissions }: Caller,
  ...anyOf: readonly [Permission, ...Permission[]]
): void {
  if (anyOf.some((permission) => permissions.has(permission))) return;
  const needed = anyOf.map((permission) => (permission === 'waive' ? 'ADMIN' : permission.toUpperCase())).join(' or ');
  throw userError('FORBIDDEN', `this needs a token with the scope ${needed}; asked by ${name}`);
}
