import type { FilterErrorCode } from '../filter/check-filter.js';
import type { Severity } from '../stored-words.js';

/** A policy as somebody has written it: tags that match `where` must also match `require`. */
export interface WrittenPolicy {
  readonly name: string;
  readonly severity: Severity;
  readonly description: string | null;
  /** Who answers for it. */
  readonly owner: string | null;
  /** Both in the shape of TagFilter as JSON, as `tagFilterSchema` reads it; times may be durations before now. */
  readonly where: unknown;
  readonly require: unknown;
}

/** A policy that is kept. */
export interface Policy extends WrittenPolicy {
  readonly id: number;
  /** Of severity and filters, in hex: another one needs another evaluation. */
  readonly definition: string;
  /** What its findings were last made from over all tags; null before the first time, and once it is removed. */
  readonly evaluated: string | null;
  /** When that was; of a removed policy not null while its findings are still to be closed. */
  readonly evaluatedAt: Date | null;
  readonly removedAt: Date | null;
  /** How far the evaluation over all tags is, in tags; null when none is under way. */
  readonly evaluation: { readonly startedAt: Date; readonly done: bigint; readonly expected: bigint } | null;
  /**
   * Why it cannot be evaluated, as when another version has written it; null where it can. Until it can, it holds up no
   * other, and what it has found stays as it is.
   */
  readonly unreadable: UnreadableFilter | null;
}

/** What is wrong with a filter of a policy. */
export interface UnreadableFilter {
  readonly code: FilterErrorCode;
  /** The place in the policy, as in `require.and[0].name`. */
  readonly path: string;
  readonly message: string;
}

/** Verdicts that depend on the time are looked at again at least this often. */
export const REEVALUATE_MS = 3_600_000;

/**
 * Whether a policy is to be evaluated over all tags (or, once removed, all its findings are to be closed): it can be,
 * and is new, was changed, or says a time before now and was last evaluated an hour ago.
 */
export function isDue(policy: Policy, now: Date): boolean {
  if (policy.removedAt !== null) return policy.evaluatedAt !== null;
  if (policy.unreadable !== null) return false;
  if (isNew(policy) || policy.evaluatedAt === null) return true;
  return dependsOnTime(policy) && now.getTime() - policy.evaluatedAt.getTime() >= REEVALUATE_MS;
}

/** Whether nobody has heard of its verdicts yet: what an evaluation opens and closes then is not told one by one. */
export function isNew({ definition, evaluated }: Policy): boolean {
  return evaluated !== definition;
}

/** Whether one of its filters says a time before now. */
export function dependsOnTime({ where, require }: Pick<WrittenPolicy, 'where' | 'require'>): boolean {
  return /"(?:from|to|derivedAsOf)":"-P/.test(JSON.stringify([where, require]));
}
