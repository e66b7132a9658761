import type { WrittenPolicy } from '../policy.js';

/** A policy that holds every tag and lets none pass. */
export const allFail: WrittenPolicy = {
  ...{ name: 'all-fail', severity: 'low', description: null, owner: null },
  where: {},
  require: { name: { eq: 'nothing is called so' } },
};
