import { setTimeout as pause } from 'node:timers/promises';
import {
  findChanges,
  isTransientDatabaseError,
  type Catalog,
  type ChangeKind,
  type ChangePosition,
  type ChangeRow,
  type TagFilter,
} from '@strata/catalog';
import { isTimeout } from '../answer/user-error.js';
import type { ChangeQueue } from './change-queue.js';

/** What a subscriber wants to hear of. */
export interface ChangeQuestion {
  readonly where: TagFilter | undefined;
  readonly kinds: readonly ChangeKind[] | undefined;
}

/** Everybody who asks the same: read for once, and told in the same order. */
export interface ChangeGroup {
  readonly members: Set<ChangeQueue<ChangeRow>>;
  /** Tells the members everything up to `horizon`. Safe to call at any time, and again after the database was away. */
  readonly readUpTo: (horizon: ChangePosition) => void;
}

/** Rows of the feed read at once. Each becomes three changes at most, which the ceiling of a queue must bear. */
const BATCH = 250;

/** How long a group waits for members that have not taken what they were told, before it reads on without them. */
const PATIENCE_MS = 1_000;

/** A group that has read up to `start`. `enter` bounds how many groups read at once. */
export function changeGroup(options: {
  readonly catalog: Pick<Catalog, 'pool'>;
  readonly question: ChangeQuestion;
  readonly start: ChangePosition;
  readonly enter: <T>(read: () => Promise<T>) => Promise<T>;
}): ChangeGroup {
  const { catalog, question, enter } = options;
  const members = new Set<ChangeQueue<ChangeRow>>();
  let position = options.start;
  let wanted: ChangePosition | null = null;
  let reached: ChangePosition | null = null;
  let isReading = false;

  const readBatch = async (): Promise<boolean> => {
    const read = await enter(() => findChanges(catalog.pool, { ...question, after: position, limit: BATCH }));
    position = read.position;
    for (const member of [...members]) member.push(read.changes);
    await untilTaken([...members]);
    return read.hasMore;
  };
  const readAll = async (): Promise<void> => {
    isReading = true;
    try {
      while (wanted !== reached && members.size > 0) {
        const goal = wanted;
        const hasMore = await readBatch();
        if (!hasMore) reached = goal;
      }
    } catch (error) {
      if (isTransientDatabaseError(error) && !isTimeout(error)) return; // the next call reads from the same place
      for (const member of [...members]) member.fail(error instanceof Error ? error : new Error(String(error)));
    } finally {
      isReading = false;
    }
  };
  return {
    members,
    readUpTo(horizon) {
      wanted = horizon;
      if (!isReading) void readAll();
    },
  };
}

/** Lets the members take what they were told, so that a burst of changes does not make all of them too slow. */
async function untilTaken(members: readonly ChangeQueue<ChangeRow>[]): Promise<void> {
  const patience = new AbortController();
  const isOver = pause(PATIENCE_MS, undefined, { signal: patience.signal }).catch(() => undefined);
  await Promise.race([isOver, Promise.all(members.map((member) => member.atMost(BATCH)))]);
  patience.abort();
}
