import { findWebhooks, type Catalog } from '@strata/catalog';
import { Counter, Gauge, type OpenMetricsContentType, type Registry } from 'prom-client';
import type { AttemptOutcome } from './tell-tools.js';

/** The part of the metrics that is about telling. */
export interface TellingMetrics {
  countAttempt(webhook: string, outcome: AttemptOutcome): void;
  /** Asks the database how the webhooks are doing now. Throws what it throws. */
  refresh(now: Date): Promise<void>;
}

/** Opens it in the metrics of a worker. */
export function openTellingMetrics(
  { pool }: Pick<Catalog, 'pool'>,
  registers: Registry<OpenMetricsContentType>[],
): TellingMetrics {
  const attempts = new Counter({
    name: 'strata_webhook_attempts',
    help: 'Messages that this process has sent, by what came of it',
    labelNames: ['webhook', 'outcome'],
    registers,
  });
  const gauge = (name: string, help: string, ...labels: string[]) =>
    new Gauge({ name, help, labelNames: ['webhook', ...labels], registers });
  const messages = gauge('strata_webhook_messages', 'Messages of the log that wait, or were given up', 'state');
  const unread = gauge('strata_webhook_unread_seconds', 'Age of the oldest change that a webhook has not read');
  const disabled = gauge('strata_webhook_disabled', '1 for a webhook whose receiver is gone');
  return {
    countAttempt: (webhook, outcome) => attempts.inc({ webhook, outcome }),
    async refresh(now) {
      for (const each of [messages, unread, disabled]) each.reset();
      for (const { name: webhook, waiting, failing, failed, unreadSince, state } of await findWebhooks(pool)) {
        messages.set({ webhook, state: 'new' }, waiting - failing);
        messages.set({ webhook, state: 'retried' }, failing);
        messages.set({ webhook, state: 'failed' }, failed);
        const unreadMs = unreadSince === null ? 0 : now.getTime() - unreadSince.getTime();
        unread.set({ webhook }, Math.max(unreadMs, 0) / 1_000);
        disabled.set({ webhook }, state === 'disabled' ? 1 : 0);
      }
    },
  };
}
