import type { Dialect } from '../dialect.js';
import { readEvents } from './read-events.js';
import { notificationSettings } from './snippet.js';

/**
 * Quay, quay.io and self-hosted. It can send no header, so its secret is in the path; and three failures in a row make it
 * stop sending until a person puts it on again, so it is never told to come back later on purpose.
 */
export const quay: Dialect = {
  title: 'Quay',
  readEvents,
  authentication: { usual: { scheme: 'path' }, schemes: [] },
  sender: { acceptedStatus: 200, timeoutMs: 10_000, retries: false },
  snippet: notificationSettings,
};
