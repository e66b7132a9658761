import type { Dialect } from '../dialect.js';
import { authenticate } from './authenticate.js';
import { readEvents } from './read-events.js';

/** CNCF Distribution (`registry:2`, `registry:3`) and what forwards its notifications unchanged. */
export const distribution: Dialect = { authenticate, readEvents };
