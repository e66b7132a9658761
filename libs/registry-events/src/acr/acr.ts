import type { Dialect } from '../dialect.js';
import { readEvents } from './read-events.js';
import { webhookCommand } from './snippet.js';

/** Azure Container Registry, through its own webhook; `event-grid` is the way that loses less. */
export const acr: Dialect = {
  title: 'Azure Container Registry, webhook',
  readEvents,
  authentication: { usual: { scheme: 'bearer' }, schemes: ['bearer', 'header', 'basic'] },
  sender: { acceptedStatus: 202, timeoutMs: 5_000, retries: false },
  snippet: webhookCommand,
};
