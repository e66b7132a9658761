import type { Dialect } from '../dialect.js';
import { readEvents } from './read-events.js';
import { capabilitySettings } from './snippet.js';

/** Sonatype Nexus Repository 3, through the webhook capability of a Docker repository. It signs with SHA-1 and nothing else. */
export const nexus: Dialect = {
  title: 'Sonatype Nexus Repository',
  readEvents,
  authentication: {
    usual: { scheme: 'hmac', algorithm: 'sha1', header: 'x-nexus-webhook-signature', prefix: '' },
    schemes: ['hmac'],
  },
  sender: { acceptedStatus: 200, timeoutMs: null, retries: false },
  snippet: capabilitySettings,
};
