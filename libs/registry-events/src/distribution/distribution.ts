import type { Dialect } from '../dialect.js';
import { readEvents } from './read-events.js';
import { notificationsYaml } from './snippet.js';

/** CNCF Distribution (`registry:2`, `registry:3`) and what forwards its notifications unchanged. */
export const distribution: Dialect = {
  title: 'CNCF Distribution',
  readEvents,
  authentication: { usual: { scheme: 'bearer' }, schemes: ['bearer', 'header', 'basic'] },
  sender: { acceptedStatus: 202, timeoutMs: 1_000, retries: true },
  snippet: notificationsYaml,
};
