import type { Dialect } from '../dialect.js';
import { allowOrigin } from './allow-origin.js';
import { readEvents } from './read-events.js';
import { eventCommands } from './snippet.js';

/** CloudEvents over HTTP from a broker, or from a program of one's own. */
export const cloudEvents: Dialect = {
  title: 'CloudEvents',
  readEvents,
  authentication: {
    usual: { scheme: 'bearer' },
    schemes: ['bearer', 'header', 'basic', 'hmac', 'oidc', 'standard-webhooks'],
  },
  sender: { acceptedStatus: 202, timeoutMs: null, retries: false },
  answer: allowOrigin,
  snippet: eventCommands,
};
