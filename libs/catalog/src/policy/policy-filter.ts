import { tagFilterSchema } from '../filter/read-tag-filter.js';
import type { TagFilter } from '../filter/tag-filter.js';

/**
 * The shape of a policy's filters. Times may be before now. What policies find cannot be asked, since one of them would
 * then hang on another, or on itself; other findings can.
 */
export const policyFilter = tagFilterSchema({ now: () => new Date(0) }).superRefine((filter, context) => {
  if (asksPolicies(filter))
    context.addIssue({ code: 'custom', message: 'must not ask for findings of policies, since it is part of one' });
});

/** What a configuration has to know of policies; see `policiesSection` of `@strata/runtime`. */
export const policyWords = { filter: policyFilter };

function asksPolicies({ finding, and, or, not }: TagFilter): boolean {
  const parts = [...(and ?? []), ...(or ?? []), ...(not ? [not] : [])];
  return finding?.includes('policy') === true || parts.some(asksPolicies);
}
