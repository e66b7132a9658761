import type { Dialect } from '../dialect.js';
import { readEvents } from './read-events.js';
import { webhookSettings } from './snippet.js';

/** The package registry of Gitea and of Forgejo, through webhooks of users, organisations and the whole site. */
export const gitea: Dialect = {
  title: 'Gitea and Forgejo',
  readEvents,
  authentication: {
    usual: { scheme: 'hmac', algorithm: 'sha256', header: 'x-gitea-signature', prefix: '' },
    schemes: ['hmac', 'bearer', 'basic', 'header'],
  },
  sender: { acceptedStatus: 202, timeoutMs: 5_000, retries: false },
  snippet: webhookSettings,
};
