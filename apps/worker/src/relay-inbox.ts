import {
  returnAllEvents,
  returnEvents,
  returnExpiredEvents,
  takeDueEvents,
  type Catalog,
  type HandOverLimits,
  type HandedEvent,
} from '@strata/catalog';
import type { JobProducer } from '@strata/queue';
import type { Logger } from '@strata/runtime';

/** Events that are handed over together at most: a job of the queue costs about as much as the work on one event. */
export const MAX_EVENTS_PER_JOB = 64;

/** Into so many jobs a few events are divided, so that every process has something to do. */
const SHARES = 8;

/** What the relay needs. */
export interface RelayOptions {
  readonly catalog: Catalog;
  readonly producer: JobProducer<{ events: readonly { event: string; generation: number }[] }>;
  readonly limits: HandOverLimits;
  readonly logger: Pick<Logger, 'warn' | 'info'>;
}

/** The loop that hands due events to the queue; any number of them may run beside each other. */
export interface Relay {
  /** There may be something due: look soon. */
  wake(): void;
  /** Ends after the round under way. */
  close(): Promise<void>;
}

/** Looks at least this often, whoever says what. */
const TICK_MS = 1_000;

/** While there is something to do, looks this often: a tag that its event has overtaken is due again in a moment. */
const BUSY_TICK_MS = 100;

/** How long after a call there is something to do. */
const BUSY_MS = 500;

/** Rests so long between two rounds, so that many calls become one look. */
const REST_MS = 10;

/** How often leases and the queue's memory are looked after, at most. */
const SWEEP_MS = 15_000;

/** Starts the loop. */
export function relayInbox(options: RelayOptions): Relay {
  const { logger } = options;
  const bell = openBell();
  const round = openRound(options);
  let closing = false;

  const rest = async (): Promise<void> => {
    await pause(REST_MS);
    if (!bell.wasRung() && !closing) await bell.wait(bell.silenceMs() < BUSY_MS ? BUSY_TICK_MS : TICK_MS);
  };
  // Calls do not cut this short: rows that are taken and given back at every call would wear the database out.
  const recover = async (): Promise<void> => {
    const until = Date.now() + TICK_MS;
    while (!closing && Date.now() < until) await bell.wait(until - Date.now());
  };
  const loop = async (): Promise<void> => {
    while (!closing) {
      bell.forget();
      await round()
        .then(rest)
        .catch(async (error: unknown) => {
          logger.warn({ err: error }, 'a round of the relay failed; the next one is due soon');
          await recover();
        });
    }
  };
  const ended = loop();
  return {
    wake: () => bell.ring(),
    async close() {
      closing = true;
      bell.ring();
      await ended;
    },
  };
}

/** Something that many ring and one waits for. */
function openBell() {
  let answer: () => void = () => undefined;
  let isRung = false;
  let rungAt = 0;
  return {
    ring(): void {
      isRung = true;
      rungAt = Date.now();
      answer();
    },
    wasRung: () => isRung,
    silenceMs: () => Date.now() - rungAt,
    forget: () => void (isRung = false),
    /** Until it rings, at most so long. */
    wait: (delayMs: number): Promise<void> =>
      new Promise((resolve) => {
        const timer = setTimeout(resolve, delayMs);
        answer = () => {
          clearTimeout(timer);
          resolve();
        };
      }),
  };
}

/** One round: what was left behind is brought back now and then, what is due is handed over. */
function openRound(options: RelayOptions): () => Promise<void> {
  let sweptAt = 0;
  let epoch: string | null = null;
  return async () => {
    if (Date.now() - sweptAt >= Math.min(SWEEP_MS, options.limits.leaseMs / 4)) {
      sweptAt = Date.now();
      epoch = await sweep(options, epoch);
    }
    await handOver(options);
  };
}

async function handOver({ catalog, producer, limits }: RelayOptions): Promise<void> {
  const handed = await takeDueEvents(catalog, limits);
  if (handed.length === 0) return;
  try {
    await producer.add(jobsOf(handed));
  } catch (error) {
    await returnEvents(catalog, handed);
    throw error;
  }
}

/** The more is due, the more events make a job. */
function jobsOf(handed: readonly HandedEvent[]): readonly { events: { event: string; generation: number }[] }[] {
  const events = handed.map(({ id, generation }) => ({ event: String(id), generation }));
  const size = Math.min(MAX_EVENTS_PER_JOB, Math.ceil(events.length / SHARES));
  return Array.from({ length: Math.ceil(events.length / size) }, (_, job) => ({
    events: events.slice(job * size, (job + 1) * size),
  }));
}

/** Brings back what a dead worker, or a queue without its memory, has left behind. */
async function sweep({ catalog, producer, logger }: RelayOptions, known: string | null): Promise<string> {
  const expired = await returnExpiredEvents(catalog);
  if (expired > 0) logger.info({ expired }, 'leases have run out; their events are due again');
  const epoch = await producer.epoch();
  if (known !== null && known !== epoch) {
    const returned = await returnAllEvents(catalog);
    logger.warn({ returned }, 'the queue has lost its memory; everything handed over is due again');
  }
  return epoch;
}

async function pause(delayMs: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, delayMs));
}
