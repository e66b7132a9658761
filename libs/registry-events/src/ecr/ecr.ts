import type { Dialect } from '../dialect.js';
import { readEvents } from './read-events.js';
import { eventBridgeCommands } from './snippet.js';

/** Amazon ECR, private registries, through an EventBridge rule whose target is an API destination. */
export const ecr: Dialect = {
  title: 'Amazon ECR through EventBridge',
  readEvents,
  authentication: {
    usual: { scheme: 'header', header: 'x-strata-secret' },
    schemes: ['header', 'bearer', 'basic', 'oidc'],
  },
  sender: { acceptedStatus: 202, timeoutMs: 5_000, retries: true },
  snippet: eventBridgeCommands,
};
