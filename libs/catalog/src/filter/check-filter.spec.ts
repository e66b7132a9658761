import { describe, expect, it } from '@jest/globals';
import { checkFilter, FILTER_CEILINGS, FilterError } from './check-filter.js';

const { depth, predicates, textChars, wildcards } = FILTER_CEILINGS;
const nested = (levels: number): object => (levels <= 1 ? { digest: 'x' } : { not: nested(levels - 1) });
const refusal = (filter: object): unknown => {
  try {
    checkFilter(filter);
    return null;
  } catch (error) {
    return error instanceof FilterError ? [error.code, error.path] : error;
  }
};

describe('a filter', () => {
  it.each<[string, object]>([
    ['of as many levels as there may be', nested(depth)],
    ['of as many values as there may be', { name: { in: Array.from({ length: predicates }, String) } }],
    ['with as long a text as there may be', { name: { eq: 'x'.repeat(textChars) } }],
    ['with as many wildcards as there may be', { name: { glob: 'a*'.repeat(wildcards) } }],
    ['with dates, sizes, nulls and nothing', { pushed: { from: new Date() }, size: { min: 1n, max: null }, or: [] }],
    ['with stars in a text that is no glob', { name: { contains: '*?'.repeat(wildcards) } }],
  ])('%s is taken', (_, filter) => {
    expect(refusal(filter)).toBeNull();
  });

  it.each<[string, object, string, string]>([
    ['one more level', nested(depth + 1), 'too-deep', Array.from({ length: depth }, () => 'not').join('.')],
    [
      'one more value',
      { name: { in: Array.from({ length: predicates + 1 }, String) } },
      'too-many-predicates',
      `name.in[${predicates}]`,
    ],
    [
      'one more character',
      { and: [{}, { labels: [{ key: 'x'.repeat(textChars + 1) }] }] },
      'too-long',
      'and[1].labels[0].key',
    ],
    ['one more wildcard', { name: { glob: 'a?'.repeat(wildcards + 1) } }, 'too-many-wildcards', 'name.glob'],
  ])('of %s is refused with the place', (_, filter, code, path) => {
    expect(refusal(filter)).toEqual([code, path]);
  });

  it('of a hundred thousand levels is refused and not walked', () => {
    let filter: object = {};
    for (let level = 0; level < 100_000; level += 1) filter = { not: filter };
    expect(refusal(filter)).toMatchObject(['too-deep', expect.any(String)]);
  });
});
