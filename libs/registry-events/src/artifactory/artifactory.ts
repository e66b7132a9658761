import type { Dialect } from '../dialect.js';
import { readEvents } from './read-events.js';
import { webhookJson } from './snippet.js';

/** JFrog Artifactory, through webhooks about its Docker and OCI repositories. */
export const artifactory: Dialect = {
  title: 'JFrog Artifactory',
  readEvents,
  authentication: {
    usual: { scheme: 'hmac', algorithm: 'sha256', header: 'x-jfrog-event-auth', prefix: '' },
    schemes: ['hmac', 'header', 'bearer', 'basic'],
  },
  sender: { acceptedStatus: 202, timeoutMs: null, retries: false },
  snippet: webhookJson,
};
