import type { Catalog, ChangeRow } from '@strata/catalog';
import type { Logger } from '@strata/runtime';
import type { GraphQLError } from 'graphql';
import { keyOfArgs } from '../answer/key-of-args.js';
import { limitError } from '../limits/limit-error.js';
import { LIMITS } from '../limits/limits.js';
import { changeGroup, type ChangeGroup, type ChangeQuestion } from './change-group.js';
import { changeQueue } from './change-queue.js';
import { turnstile } from '../answer/turnstile.js';
import { watchFeed, type FeedWatch } from './watch-feed.js';

/** Tells the changes of the catalog to whoever subscribes, in the order of the catalog's feed. */
export interface ChangeHub {
  /**
   * Begins with what is committed from now on; then nothing is left out or told twice, also when the database goes away in
   * between. Throws a `GraphQLError` with a code when too many different questions are followed already, and what the
   * database throws. What is thrown to the subscriber later has ended the subscription.
   */
  subscribe(question: ChangeQuestion): Promise<AsyncIterableIterator<ChangeRow, undefined>>;
}

/** How many statements read the feed at once: most of the pool stays for questions. */
const READERS = 3;

/**
 * One hub per process. Subscribers who ask the same are one group, which is read for once: filters are decided in SQL, by
 * the compiler of every other question. While nobody subscribes, nothing is asked and nobody listens.
 */
export function createChangeHub(
  tools: { readonly catalog: Pick<Catalog, 'pool'>; readonly logger: Logger },
  maxQuestions: number = LIMITS.followedQuestions,
): ChangeHub {
  const groups = new Map<string, ChangeGroup>();
  const { run: enter } = turnstile(READERS);
  let watch: Promise<FeedWatch> | null = null;

  const watched = async (): Promise<FeedWatch> => {
    const mine = (watch ??= watchFeed(tools, (horizon) => {
      for (const group of groups.values()) group.readUpTo(horizon);
    }));
    try {
      const feed = await mine;
      return watch === mine ? feed : await watched(); // the last of the others left meanwhile, and stopped it
    } catch (error) {
      if (watch === mine) watch = null;
      throw error;
    }
  };
  const leave = (key: string, group: ChangeGroup): void => {
    if (group.members.size === 0 && groups.get(key) === group) groups.delete(key);
    if (groups.size > 0) return;
    watch?.then(
      ({ stop }) => stop(),
      () => undefined,
    );
    watch = null;
  };

  return {
    async subscribe(question) {
      const { horizon } = await watched();
      const key = keyOfArgs(question);
      if (!groups.has(key) && groups.size >= maxQuestions) throw tooManyQuestions(maxQuestions);
      const group = groups.get(key) ?? changeGroup({ ...tools, question, start: horizon(), enter });
      groups.set(key, group);
      const queue = changeQueue<ChangeRow>({
        ceiling: LIMITS.waitingChanges,
        tooSlow: () => limitError('TOO_SLOW', `more than ${LIMITS.waitingChanges} changes waited to be read`),
        onEnd: () => {
          group.members.delete(queue);
          leave(key, group);
        },
      });
      group.members.add(queue);
      group.readUpTo(horizon()); // tells at once what is wrong with a filter
      return queue.changes;
    },
  };
}

function tooManyQuestions(max: number): GraphQLError {
  const message = `${max} different questions are followed here already: ask one that is followed, or come back later`;
  return limitError('TOO_MANY_SUBSCRIPTIONS', message);
}
