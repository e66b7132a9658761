import type { Dialect } from '../dialect.js';
import { readEvents } from './read-events.js';
import { webhookSettings } from './snippet.js';

/** The container registry of GitHub Packages, through webhooks of repositories and organisations or of a GitHub App. */
export const ghcr: Dialect = {
  title: 'GitHub Container Registry',
  readEvents,
  authentication: {
    usual: { scheme: 'hmac', algorithm: 'sha256', header: 'x-hub-signature-256', prefix: 'sha256=' },
    schemes: ['hmac'],
  },
  sender: { acceptedStatus: 202, timeoutMs: 10_000, retries: false },
  snippet: webhookSettings,
};
