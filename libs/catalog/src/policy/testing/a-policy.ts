import type { Policy } from '../policy.js';

/** A policy as it is kept, every tag in it and none that fails unless said. */
export function aPolicy(given: Partial<Policy> = {}): Policy {
  return {
    id: 1,
    name: 'some',
    severity: 'medium',
    description: null,
    owner: null,
    where: {},
    require: {},
    definition: '',
    evaluated: null,
    evaluatedAt: null,
    removedAt: null,
    evaluation: null,
    unreadable: null,
    ...given,
  };
}
