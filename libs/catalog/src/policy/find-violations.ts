import type { DesiredFinding } from '../finding/write-findings.js';
import { findTagFacts } from '../filter/tag-facts.js';
import { factsAskedBy, tagMatcher } from '../filter/tag-matcher.js';
import type { TagFilter } from '../filter/tag-filter.js';
import type { Sql } from '../open-catalog.js';
import { findPlatformSets } from '../platform/find-platform-sets.js';
import { readPolicyFilter } from './policy-filter.js';
import { dependsOnTime, type Policy } from './policy.js';

/** Which tags are looked at, for which policies, at which moment. */
export interface ViolationQuery {
  readonly tagIds: readonly bigint[];
  readonly policies: readonly Policy[];
  readonly now: Date;
}

/**
 * The live tags among these that violate one of these policies, as the findings that are to be open about them: each
 * policy that has the tag in its `where` and not in its `require`. What the policies ask of the tags is read once for all
 * of them and decided here, so that another policy costs next to nothing. Throws `FilterError` for a filter that no longer
 * reads.
 */
export async function findViolations(
  db: Sql,
  { tagIds, policies, now }: ViolationQuery,
): Promise<readonly DesiredFinding[]> {
  if (tagIds.length === 0 || policies.length === 0) return [];
  const sets = await findPlatformSets(db);
  const filters = policies.map((policy) => filtersOf(policy, now));
  const asked = factsAskedBy(filters.flatMap(({ where, require }) => [where, require]));
  const tags = await findTagFacts(db, tagIds, asked);
  return policies.flatMap(({ id, severity }, index) => {
    const { where = {}, require = {} } = filters[index] ?? {};
    const isMeant = tagMatcher(where, sets);
    const passes = tagMatcher(require, sets);
    return tags
      .filter((tag) => isMeant(tag) && !passes(tag))
      .map(({ tagId, repositoryId, manifestId }): DesiredFinding => {
        const about = { tagId, repositoryId, manifestId };
        return { ...about, kind: 'policy', severity, policyId: id, subject: '', detail: null, since: null };
      });
  });
}

interface Filters {
  readonly where: TagFilter;
  readonly require: TagFilter;
}

/** Filters that were read before, by their text: reading them again takes longer than asking them. */
const known = new Map<string, Filters>();

function filtersOf(policy: Policy, now: Date): Filters {
  const key = JSON.stringify([policy.where, policy.require]);
  const before = known.get(key);
  if (before !== undefined) return before;
  const filters = { where: readPolicyFilter(policy.where, now), require: readPolicyFilter(policy.require, now) };
  if (dependsOnTime(policy)) return filters;
  if (known.size >= MOST_KNOWN) known.clear();
  known.set(key, filters);
  return filters;
}

/** More than anybody has policies. */
const MOST_KNOWN = 1_000;
