import type { Catalog, ChangeKind, StoredSeverity, TagFilter } from '@strata/catalog';
import type { Poster } from '@strata/registry-client';
import type { Logger, WebhookConfig } from '@strata/runtime';

/** A webhook as it is configured. */
export type ToldWebhook = WebhookConfig<ChangeKind, StoredSeverity, TagFilter>;

/** What came of one attempt, for the metrics. */
export type AttemptOutcome = 'delivered' | 'retried' | 'given-up';

/** What telling needs of its process. */
export interface TellTools {
  readonly catalog: Catalog;
  readonly now: () => Date;
  /** From 0 up to, not including, 1. */
  readonly random: () => number;
  readonly logger: Pick<Logger, 'info' | 'warn' | 'error'>;
  /** Raised when nothing more is to be begun. */
  readonly closing: AbortSignal;
  /** Raised when the process must end before the work is done. */
  readonly stopping: AbortSignal;
  readonly onAttempt: (webhook: string, outcome: AttemptOutcome) => void;
}

/** One webhook, and what this process needs to send to it. */
export interface Receiver {
  readonly webhook: ToldWebhook;
  /** Of its row. */
  readonly id: number;
  readonly poster: Poster;
  /** Waits for a turn under the webhook's rate; false at once when it would take longer than `withinMs`. */
  readonly turn: (withinMs: number, closing: AbortSignal) => Promise<boolean>;
}
