import type { Catalog } from '../open-catalog.js';
import { recordRows, rowsOf, type ReceivedEvents } from './record-events.js';
import type { InboxRow } from './record-events-row.js';

/** Says that the database is not taking events fast enough; these may or may not be there, and may be sent again. */
export class EventsNotTakenError extends Error {
  override readonly name = 'EventsNotTakenError';
}

/** Remembers deliveries as they come, those that wait at the same time in one commit. */
export interface EventRecorder {
  /** Returns once the events are committed. Throws what the database throws, or `EventsNotTakenError`. */
  record(received: ReceivedEvents): Promise<void>;
}

interface Waiting {
  readonly rows: readonly InboxRow[];
  readonly sizeBytes: number;
  abandoned: boolean;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** What one statement may carry when several deliveries share it. */
const MAX_ROWS = 500;
const MAX_BYTES = 4 * 1024 * 1024;

/** What may wait in memory while the database is slow; more is turned away at once. */
const MAX_WAITING_BYTES = 64 * 1024 * 1024;

/**
 * Group commit: at most `maxInFlight` statements run, and whatever arrives meanwhile shares the next one, so that a
 * slow disk makes commits larger instead of queues longer. One at a time costs the least: with 50 senders 47 µs of
 * PostgreSQL per event, against 61 with two and 86 with four. A delivery that makes a shared statement fail is told
 * apart by writing each of them alone.
 */
export function createEventRecorder(
  catalog: Pick<Catalog, 'pool'>,
  { maxInFlight = 1, timeoutMs = 4_500 }: { readonly maxInFlight?: number; readonly timeoutMs?: number } = {},
): EventRecorder {
  const waiting: Waiting[] = [];
  let waitingBytes = 0;
  let inFlight = 0;

  const startNext = (): void => {
    while (inFlight < maxInFlight && waiting.length > 0) {
      const group = takeGroup(waiting);
      waitingBytes -= sizeOf(group);
      const wanted = group.filter(({ abandoned }) => !abandoned);
      if (wanted.length === 0) continue;
      inFlight += 1;
      void writeGroup(catalog, wanted).finally(() => {
        inFlight -= 1;
        startNext();
      });
    }
  };

  return {
    record: (received) =>
      new Promise((resolve, reject) => {
        const rows = rowsOf(received);
        const sizeBytes = rows.reduce((sum, row) => sum + row.raw.length, 0);
        if (waitingBytes + sizeBytes > MAX_WAITING_BYTES) {
          throw new EventsNotTakenError(`more than ${MAX_WAITING_BYTES} bytes wait to be committed`);
        }
        const late = (): void => {
          entry.abandoned = true;
          reject(new EventsNotTakenError(`the events were not committed within ${timeoutMs} ms`));
        };
        const timer = setTimeout(late, timeoutMs);
        const settle =
          <T extends unknown[]>(how: (...result: T) => void) =>
          (...result: T): void => {
            clearTimeout(timer);
            how(...result);
          };
        const entry: Waiting = { rows, sizeBytes, abandoned: false, resolve: settle(resolve), reject: settle(reject) };
        waiting.push(entry);
        waitingBytes += sizeBytes;
        startNext();
      }),
  };
}

const sizeOf = (group: readonly Waiting[]): number => group.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);

/** Takes from the front what fits into one statement; a single delivery always does. */
function takeGroup(waiting: Waiting[]): readonly Waiting[] {
  const group: Waiting[] = [];
  let rowCount = 0;
  let sizeBytes = 0;
  for (let next = waiting[0]; next !== undefined; next = waiting[0]) {
    rowCount += next.rows.length;
    sizeBytes += next.sizeBytes;
    if (group.length > 0 && (rowCount > MAX_ROWS || sizeBytes > MAX_BYTES)) break;
    waiting.shift();
    group.push(next);
  }
  return group;
}

async function writeGroup({ pool }: Pick<Catalog, 'pool'>, group: readonly Waiting[]): Promise<void> {
  try {
    await recordRows(
      pool,
      group.flatMap(({ rows }) => rows),
    );
    for (const { resolve } of group) resolve();
  } catch (error) {
    if (group.length === 1 || !isAboutTheRows(error)) for (const { reject } of group) reject(error);
    else for (const entry of group) await writeGroup({ pool }, [entry]);
  }
}

/** Data exceptions and broken constraints (SQLSTATE classes 22 and 23) come from some row, everything else from the server. */
function isAboutTheRows(error: unknown): boolean {
  return error instanceof Error && 'code' in error && /^2[23]/.test(String(error.code));
}
