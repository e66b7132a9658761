import type { Dialect } from '../dialect.js';
import { readEvents } from './read-events.js';
import { webhookSettings } from './snippet.js';

/**
 * Docker Hub. It signs nothing and can send no header: whoever knows the address can write here, so nothing is believed
 * before the registry was asked. What it expects of an answer is not published; 200 is what nobody refuses.
 */
export const dockerhub: Dialect = {
  title: 'Docker Hub',
  readEvents,
  authentication: { usual: { scheme: 'path' }, schemes: [] },
  sender: { acceptedStatus: 200, timeoutMs: null, retries: false },
  snippet: webhookSettings,
};
