import type { Dialect } from '../dialect.js';
import { readEvents } from './read-events.js';
import { notificationsRuby } from './snippet.js';

/** The container registry of a self-managed GitLab: a fork of Distribution that writes the same envelope. */
export const gitlab: Dialect = {
  title: 'GitLab container registry',
  readEvents,
  authentication: { usual: { scheme: 'bearer' }, schemes: ['bearer', 'header', 'basic'] },
  sender: { acceptedStatus: 202, timeoutMs: 500, retries: false },
  snippet: notificationsRuby,
};
