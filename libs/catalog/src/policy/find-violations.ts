import type { DesiredFinding } from '../finding/write-findings.js';
import { factsAskedBy } from '../filter/asked-facts.js';
import { findTagFacts, type TagFacts } from '../filter/tag-facts.js';
import { tagMatcher } from '../filter/tag-matcher.js';
import type { Sql } from '../open-catalog.js';
import { findPlatformSetsById, type PlatformSets } from '../platform/find-platform-sets.js';
import type { Policy } from './policy.js';
import { readPolicyFilters } from './read-policy-filters.js';

/** Which tags are looked at, for which policies, at which moment. */
export interface ViolationQuery {
  readonly tagIds: readonly bigint[];
  readonly policies: readonly Policy[];
  readonly now: Date;
}

/**
 * The live tags among these that violate one of these policies, as the findings that are to be open about them: each
 * policy that has the tag in its `where` and not in its `require`. What the policies ask of the tags is read once for all
 * of them and decided here, so that another policy costs next to nothing. Throws `FilterError` for a policy
 * that is unreadable.
 */
export async function findViolations(
  db: Sql,
  { tagIds, policies, now }: ViolationQuery,
): Promise<readonly DesiredFinding[]> {
  if (tagIds.length === 0 || policies.length === 0) return [];
  const filters = policies.map((policy) => readPolicyFilters(policy, now));
  const asked = factsAskedBy(filters.flatMap(({ where, require }) => [where, require]));
  const tags = await findTagFacts(db, tagIds, asked);
  const sets = await platformSetsOf(db, tags);
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

/** No others are asked about, and those that are known are not read again. */
async function platformSetsOf(db: Sql, tags: readonly TagFacts[]): Promise<PlatformSets> {
  const ids = [...new Set(tags.map(({ platformSetId }) => platformSetId))];
  const sets = await findPlatformSetsById(db, ids);
  return new Map(ids.map((id, index) => [id, sets[index] ?? []]));
}
