import { renewLeases, type Catalog, type HandedEvent } from '@strata/catalog';
import type { Logger } from '@strata/runtime';

/** The events that this process works on; their leases are renewed for as long as they are held. */
export interface Leases {
  readonly leaseMs: number;
  /** Holds an event while `work` goes on. */
  during<T>(event: HandedEvent, work: () => Promise<T>): Promise<T>;
  close(): void;
}

/** Opens the record; all leases are renewed together, four times in the length of one. */
export function openLeases(catalog: Catalog, leaseMs: number, logger: Pick<Logger, 'warn'>): Leases {
  const held = new Set<HandedEvent>();
  const timer = setInterval(() => {
    if (held.size === 0) return;
    renewLeases(catalog, [...held], leaseMs).catch((error: unknown) =>
      logger.warn({ err: error }, 'leases were not renewed'),
    );
  }, leaseMs / 4);
  return {
    leaseMs,
    async during(event, work) {
      held.add(event);
      try {
        return await work();
      } finally {
        held.delete(event);
      }
    },
    close: () => clearInterval(timer),
  };
}
