import { expect, it } from '@jest/globals';
import type { Policy } from '@strata/catalog';
import { tellUnreadableTo } from './tell-unreadable.js';

const readable: Policy = {
  ...{ id: 1, name: 'signed', severity: 'low', description: null, owner: null, where: {}, require: {} },
  ...{ definition: 'aa', evaluated: null, evaluatedAt: null, removedAt: null, evaluation: null, unreadable: null },
};
const unreadable: Policy = {
  ...readable,
  unreadable: { code: 'malformed', path: 'require.and[0].signedBy', message: 'is not known' },
};

it('a policy that cannot be evaluated is logged once with code and place, and anew when it was written anew', () => {
  const told: (readonly [object, string])[] = [];
  const tell = tellUnreadableTo({ error: (fields: object, message: string) => void told.push([fields, message]) });
  tell([readable, { ...unreadable, removedAt: new Date(0) }]);
  expect(told).toEqual([]);
  tell([unreadable]);
  tell([unreadable, readable]);
  const fields = { policy: 'signed', code: 'malformed', path: 'require.and[0].signedBy' };
  expect(told).toEqual([[fields, 'this policy is not evaluated, and what it has found stays: is not known']]);
  tell([{ ...unreadable, definition: 'bb' }]);
  expect(told).toHaveLength(2);
});
