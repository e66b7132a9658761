import type { ChangeRow } from '@strata/catalog';
import type { SubscriptionChangesArgs } from '@strata/graphql';
import { ifGiven, toTagFilter } from '../answer/filters.js';
import { changeKinds } from '../answer/words.js';
import type { ChangeHub } from './change-hub.js';

/** Answers `Subscription.changes`: each event is the root value that one answer is made of. */
export async function subscribeToChanges(
  hub: ChangeHub,
  { where, kinds }: SubscriptionChangesArgs,
): Promise<AsyncIterableIterator<ChangeRow, undefined>> {
  return hub.subscribe({
    where: ifGiven(where, toTagFilter),
    kinds: ifGiven(kinds, (words) => [...new Set(words)].sort().map((word) => changeKinds[word])),
  });
}
