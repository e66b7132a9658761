import type { Dialect } from '../dialect.js';
import { readEvents } from './read-events.js';
import { triggerSettings } from './snippet.js';

/** Alibaba Cloud Container Registry. Its webhooks sign nothing and add no header: the address is the secret. */
export const alibaba: Dialect = {
  title: 'Alibaba Cloud Container Registry',
  readEvents,
  authentication: { usual: { scheme: 'path' }, schemes: [] },
  sender: { acceptedStatus: 200, timeoutMs: null, retries: false },
  snippet: triggerSettings,
};
