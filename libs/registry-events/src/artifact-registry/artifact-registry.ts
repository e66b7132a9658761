import type { Dialect } from '../dialect.js';
import { readEvents } from './read-events.js';
import { pushSubscriptionCommands } from './snippet.js';

/** Google Artifact Registry, through a push subscription of Pub/Sub; who pushes is proven by Google's token. */
export const artifactRegistry: Dialect = {
  title: 'Google Artifact Registry through Pub/Sub',
  readEvents,
  authentication: { usual: null, schemes: ['oidc'] },
  sender: { acceptedStatus: 202, timeoutMs: 10_000, retries: true },
  snippet: pushSubscriptionCommands,
};
