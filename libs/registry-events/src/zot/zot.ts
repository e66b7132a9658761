import type { Dialect } from '../dialect.js';
import { readEvents } from './read-events.js';
import { eventsJson } from './snippet.js';

/** zot with its events extension, over HTTP. */
export const zot: Dialect = {
  title: 'zot',
  readEvents,
  authentication: { usual: { scheme: 'basic', username: 'strata' }, schemes: ['basic', 'bearer', 'header'] },
  sender: { acceptedStatus: 202, timeoutMs: 30_000, retries: false },
  snippet: eventsJson,
};
