import {
  StaleHandOverError,
  claimEvents,
  claimSuspect,
  deferEvent,
  endEvent,
  isTransientDatabaseError,
  type ClaimedEvent,
  type HandedEvent,
} from '@strata/catalog';
import { RegistryError } from '@strata/registry-client';
import { catalogImage } from './catalog-image.js';
import { backOffMs, fateOf } from './job-fate.js';
import type { Tools } from './tools.js';

/** An event that its registry never answered for is set aside after so long, */
const EXHAUSTED_AFTER_MS = 72 * 3_600_000;

/** and after at least so many tries. */
const TRIES_BEFORE_EXHAUSTED = 10;

/**
 * Does one job: begins its events, works on all of them at once under leases that are renewed, and sees to it that each
 * ends, waits or is set aside. One that is slow or at fault holds up none of the others. Throws only for bugs, when
 * all are through; the lease brings such an event back until its starts are used up.
 */
export async function handleEvents(handed: readonly HandedEvent[], tools: Tools): Promise<void> {
  const claimed = await claimEvents(tools.catalog, handed, tools.leases.leaseMs);
  const begun = new Set(claimed.map(({ id }) => id));
  const results = await Promise.allSettled([
    ...claimed.map((event) => workUnderLease(event, tools)),
    ...handed.filter(({ id }) => !begun.has(id)).map((rest) => tools.suspects(() => handleSuspect(rest, tools))),
  ]);
  const bugs = results.flatMap((result): readonly unknown[] => (result.status === 'rejected' ? [result.reason] : []));
  if (bugs.length > 0) throw bugs.length === 1 ? bugs[0] : new AggregateError(bugs, 'several events met a bug');
}

async function handleSuspect(handed: HandedEvent, tools: Tools): Promise<void> {
  const suspect = await claimSuspect(tools.catalog, handed, tools.leases.leaseMs);
  if (suspect !== null) await workUnderLease(suspect, tools);
}

async function workUnderLease(event: ClaimedEvent, tools: Tools): Promise<void> {
  await tools.leases.during(event, async () => {
    try {
      await work(event, tools).catch((error: unknown) => decide(event, error, tools));
    } catch (error) {
      leaveToLease(event, error, tools);
    }
  });
}

/** The last resort: whoever else has the event now works on it; where the database is away, the lease brings it back. */
function leaveToLease(event: ClaimedEvent, error: unknown, { logger }: Tools): void {
  if (error instanceof StaleHandOverError)
    return logger.info(about(event), 'another hand-over has overtaken this one; nothing of this one is written');
  if (!isTransientDatabaseError(error)) throw error;
  logger.warn({ ...about(event), err: error }, 'the database is away; the lease brings the event back');
}

function about({ id, sourceName, repository }: ClaimedEvent) {
  return { event: String(id), source: sourceName, repository };
}

async function work(event: ClaimedEvent, tools: Tools): Promise<void> {
  if (event.pausedForMs > 0) return wait(event, event.pausedForMs, 'PAUSED', tools);
  const registry = tools.registryOf(event.sourceName);
  if (registry === null) return wait(event, 60_000, 'SOURCE_NOT_CONFIGURED', tools);
  await tools.memory.during(registry, (metered) => catalogImage(event, metered, tools));
  await tools.health.good(event.sourceId);
}

/** One place where each way to fail becomes a fate. */
async function decide(event: ClaimedEvent, error: unknown, tools: Tools): Promise<void> {
  const { logger } = tools;
  if (error instanceof StaleHandOverError) throw error;
  if (tools.stopping.aborted) return giveBack(event, tools);
  if (error instanceof RegistryError) return decideOnAnswer(event, error, tools);
  if (isTransientDatabaseError(error)) {
    logger.warn({ ...about(event), err: error }, 'the database did not take the work; it will be tried again');
    return retry(event, 'DATABASE', tools);
  }
  logger.error({ ...about(event), err: error }, 'a bug ended the work on an event');
  throw error;
}

/** A process that is told to stop ends its work in order: nothing is counted against the event. */
async function giveBack(event: ClaimedEvent, { catalog }: Tools): Promise<void> {
  const { attempts, looks } = event;
  await deferEvent(catalog.pool, event, { delayMs: 0, attempts, looks, reason: 'STOPPED' });
}

async function decideOnAnswer(event: ClaimedEvent, error: RegistryError, tools: Tools): Promise<void> {
  const { health, now } = tools;
  tools.logger.warn(
    { ...about(event), code: error.code, status: error.status },
    `the registry gave no usable answer: ${error.message}`,
  );
  const fate = fateOf[error.code];
  if (fate === 'retry' && isExhausted(event, now())) {
    return setAside(event, 'EXHAUSTED', `no usable answer for 72 hours; the last: ${error.message}`, tools);
  }
  switch (fate) {
    case 'give-up':
      return setAside(event, error.code.toUpperCase().replaceAll('-', '_'), error.message, tools);
    case 'pause':
      await health.bad(event.sourceId, {
        state: error.code === 'unauthorized' ? 'unauthorized' : 'degraded',
        reason: error.message,
        askedMs: error.retryAfterMs,
      });
      return wait(
        event,
        Math.max(1_000, error.retryAfterMs ?? 0),
        error.code.toUpperCase().replaceAll('-', '_'),
        tools,
      );
    case 'retry':
      if (error.status === null) {
        await health.bad(event.sourceId, { state: 'unreachable', reason: error.message, askedMs: error.retryAfterMs });
      }
      return retry(event, 'UNAVAILABLE', tools);
    case 'expected':
      throw new Error('a step let an answer through that it should have understood', { cause: error });
  }
}

/** Age alone is no reason: an event that waited for a stopped worker, or for a source that was paused, has its tries before it. */
function isExhausted({ receivedAt, attempts }: ClaimedEvent, now: Date): boolean {
  return attempts >= TRIES_BEFORE_EXHAUSTED && now.getTime() - receivedAt.getTime() > EXHAUSTED_AFTER_MS;
}

async function setAside(event: ClaimedEvent, reason: string, detail: string, { catalog }: Tools): Promise<void> {
  await endEvent(catalog.pool, event, { state: 'quarantined', reason, detail });
}

async function retry(event: ClaimedEvent, reason: string, { catalog, random }: Tools): Promise<void> {
  const attempts = event.attempts + 1;
  await deferEvent(catalog.pool, event, { delayMs: backOffMs(attempts, random), attempts, looks: event.looks, reason });
}

/** Puts the event back without counting an attempt; a little jitter keeps those that wait together apart. */
async function wait(event: ClaimedEvent, delayMs: number, reason: string, { catalog, random }: Tools): Promise<void> {
  const { attempts, looks } = event;
  await deferEvent(catalog.pool, event, { delayMs: delayMs + random() * 1_000, attempts, looks, reason });
}
