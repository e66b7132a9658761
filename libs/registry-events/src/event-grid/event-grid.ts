import type { Dialect } from '../dialect.js';
import { answer } from './answer.js';
import { readEvents } from './read-events.js';
import { subscriptionCommand } from './snippet.js';

/** Azure Container Registry through Azure Event Grid, in the schema of Event Grid or of CloudEvents. */
export const eventGrid: Dialect = {
  title: 'Azure Container Registry through Event Grid',
  readEvents,
  authentication: { usual: { scheme: 'bearer' }, schemes: ['bearer', 'header', 'oidc'] },
  sender: { acceptedStatus: 202, timeoutMs: 30_000, retries: true },
  answer,
  snippet: subscriptionCommand,
};
