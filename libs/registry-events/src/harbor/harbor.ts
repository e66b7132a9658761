import type { Dialect } from '../dialect.js';
import { readEvents } from './read-events.js';
import { webhookPolicy } from './snippet.js';

/** Harbor, in the default format of its webhooks and as CloudEvents. */
export const harbor: Dialect = {
  title: 'Harbor',
  readEvents,
  authentication: { usual: { scheme: 'bearer' }, schemes: ['bearer', 'header', 'basic'] },
  sender: { acceptedStatus: 200, timeoutMs: 3_000, retries: false },
  snippet: webhookPolicy,
};
