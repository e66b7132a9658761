import fc, { type Arbitrary } from 'fast-check';
import { STORED_WORDS } from '../../stored-words.js';
import type { FindingFilter } from '../finding-filter.js';
import { textFilterOf } from './any-filter.js';

/** Everything that can be asked about findings of these policies and repositories. */
export function findingFilterOf(words: {
  readonly policies: readonly string[];
  readonly repositories: readonly string[];
}): Arbitrary<FindingFilter> {
  const some = <T>(values: readonly T[]): Arbitrary<readonly T[]> =>
    fc.oneof(
      fc.constantFrom(...values).map((one) => [one]),
      fc.subarray([...values]),
    );
  return fc.record<FindingFilter>(
    {
      policy: some([...words.policies, 'nobody has this', '\0']),
      kind: some(STORED_WORDS.finding_kind),
      severity: some(STORED_WORDS.severity),
      repository: textFilterOf(words.repositories),
      open: fc.option(fc.boolean()),
      waived: fc.option(fc.boolean()),
    },
    { requiredKeys: [] },
  );
}
