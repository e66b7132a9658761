import { describe, expect, it } from '@jest/globals';
import { findUnreadable, readPolicyFilters } from './read-policy-filters.js';

const DAY_MS = 86_400_000;
const NOW = new Date('2026-09-02T00:00:00Z');

describe('filters of a policy that is kept', () => {
  it.each([
    [{ name: { eq: 'latest' } }, { size: { max: 5 } }],
    [{}, {}],
    [{}, { pushed: { from: '-P1D' } }],
  ])('%j and %j can be read', (where, require) => {
    expect(findUnreadable({ where, require })).toBeNull();
    expect(findUnreadable({ where, require })).toBeNull();
  });

  it.each([
    [{ nmae: { eq: 'latest' } }, {}, 'where.nmae'],
    [{}, { and: [{}, { platforms: { has: [1] } }] }, 'require.and[1].platforms.has[0]'],
    [{}, { finding: ['SOMETHING_NEW'] }, 'require.finding[0]'],
    [null, {}, 'where'],
  ])('that of %j and %j cannot be read says where, each time', (where, require, path) => {
    const unreadable = { code: 'malformed', path, message: expect.any(String) };
    expect(findUnreadable({ where, require })).toEqual(unreadable);
    expect(findUnreadable({ where, require })).toEqual(unreadable);
    expect(() => readPolicyFilters({ where, require }, NOW)).toThrow(expect.objectContaining(unreadable));
  });

  it.each(['pushed.from', 'derivedAsOf'])('the time %s before now moves on with now', (field) => {
    const said = field === 'derivedAsOf' ? { derivedAsOf: '-P1D' } : { pushed: { from: '-P1D' } };
    for (const now of [NOW, new Date(NOW.getTime() + DAY_MS)]) {
      const { require } = readPolicyFilters({ where: {}, require: said }, now);
      expect(require.derivedAsOf ?? require.pushed?.from).toEqual(new Date(now.getTime() - DAY_MS));
    }
  });
});
