import { createHash, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  holdWebhook,
  isTransientDatabaseError,
  listenChanges,
  recordWebhooks,
  releaseWebhook,
  type Listener,
} from '@strata/catalog';
import { openPoster } from '@strata/registry-client';
import { openFeedReader } from './read-feed.js';
import { sendDue } from './send-due.js';
import type { Receiver, TellTools, ToldWebhook } from './tell-tools.js';

/** The loops that tell webhooks of changes; each webhook has its own, so that none waits for another. */
export interface Teller {
  /** Begins nothing more, lets what is under way come to its end, and gives the webhooks to other processes. */
  close(): Promise<void>;
}

/** A process that ends without a word keeps others from its webhooks for so long. */
const HOLD_MS = 15_000;

/** Looks at least this often, besides whenever changes are committed. */
const TICK_MS = 1_000;

/** Rests so long after something that went wrong on our side. */
const REST_MS = 5_000;

/** Gives every webhook its row and starts to tell. */
export async function openTeller(
  webhooks: readonly ToldWebhook[],
  shared: Omit<TellTools, 'closing'>,
): Promise<Teller> {
  const closing = new AbortController();
  const tools: TellTools = { ...shared, closing: closing.signal };
  const ids = await recordWebhooks(tools.catalog, webhooks.map(configuredOf), tools.now());
  const holder = randomUUID();
  const receivers = webhooks.map((webhook) => openReceiver(webhook, ids.get(webhook.name) ?? -1));
  const wakers = new Set<() => void>();
  const listener = webhooks.length === 0 ? null : listen(tools, () => wakers.forEach((wake) => wake()));
  const idle = async (idleMs: number): Promise<void> => {
    const rest = new AbortController();
    const wake = (): void => rest.abort();
    wakers.add(wake);
    await sleep(idleMs, undefined, { signal: AbortSignal.any([rest.signal, closing.signal]) }).catch(() => undefined);
    wakers.delete(wake);
  };
  const loops = receivers.map(async (receiver) => {
    const step = openTelling(receiver, holder, tools);
    while (!closing.signal.aborted) {
      const next = await step().catch((error: unknown) => {
        say(receiver.webhook, error, tools);
        return 'rest' as const;
      });
      if (next === 'rest') await sleep(REST_MS, undefined, { signal: closing.signal }).catch(() => undefined);
      else if (next === 'idle') await idle(TICK_MS);
    }
    await releaseWebhook(tools.catalog.pool, receiver.id, holder).catch(() => undefined); // its hold runs out
  });
  return {
    async close() {
      closing.abort();
      await listener?.close();
      await Promise.all(loops);
      await Promise.all(receivers.map(({ poster }) => poster.close()));
    },
  };
}

/** One round for one webhook: reads the feed, and sends what is due, if this process has the right to. */
export function openTelling(receiver: Receiver, holder: string, tools: TellTools): () => Promise<'busy' | 'idle'> {
  const reader = openFeedReader(receiver.webhook, tools);
  const hold = () => holdWebhook(tools.catalog.pool, { id: receiver.id, holder, leaseMs: HOLD_MS });
  return async () => {
    const held = await hold();
    if (held === null || held.state === 'disabled') return 'idle';
    const renewal = setInterval(() => void hold().catch(() => undefined), HOLD_MS / 3); // it is tried again
    try {
      const hasMore = await reader.read(held);
      const hasSent = await sendDue(receiver, held, tools);
      return hasMore || hasSent ? 'busy' : 'idle';
    } finally {
      clearInterval(renewal);
    }
  };
}

/** Opens the way to a webhook, with connections of its own. */
export function openReceiver(webhook: ToldWebhook, id: number): Receiver {
  const { url, allowPrivateNetwork, timeoutMs, rate } = webhook;
  const poster = openPoster({ url, allowPrivateNetwork, timeoutMs, concurrency: rate.concurrency });
  const everyMs = rate.requestsPerSecond === null ? 0 : 1_000 / rate.requestsPerSecond;
  let nextMs = 0;
  return {
    ...{ webhook, id, poster },
    async turn(withinMs, closing) {
      const nowMs = performance.now();
      const waitMs = Math.max(nextMs - nowMs, 0);
      if (waitMs > withinMs) return false;
      nextMs = nowMs + waitMs + everyMs;
      if (waitMs > 0) await sleep(waitMs, undefined, { signal: closing }).catch(() => undefined);
      return true;
    },
  };
}

function configuredOf({ name, url }: ToldWebhook) {
  return { name, target: url.origin, addressHash: createHash('sha256').update(url.href).digest() };
}

function listen({ catalog, logger }: TellTools, onNews: () => void): Listener {
  const onError = (error: Error): void =>
    logger.warn({ err: error }, 'webhooks do not hear of changes at once; they look every second');
  return listenChanges(catalog, { onNews, onError });
}

function say({ name }: ToldWebhook, error: unknown, { logger }: TellTools): void {
  const line = { webhook: name, err: error };
  if (isTransientDatabaseError(error)) logger.warn(line, 'the database is away; a webhook waits for it');
  else logger.error(line, 'a fault of our own keeps a webhook from being told; it is tried again');
}
