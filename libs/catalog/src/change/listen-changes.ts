import type { Catalog } from '../open-catalog.js';
import { listenTo, type Listener, type ListenerCalls } from '../signal/listen-to.js';
import { CHANGE_CHANNEL } from './change-signal.js';

/** Calls `onNews` when there may be new changes, on a connection beside the pool; see `listenTo` for what it does not promise. */
export function listenChanges({ pool }: Pick<Catalog, 'pool'>, calls: ListenerCalls): Listener {
  return listenTo(pool.options.connectionString ?? '', CHANGE_CHANNEL, calls);
}
