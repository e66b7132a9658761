import type { Catalog } from '../open-catalog.js';
import { createSignal, type Signal } from '../signal/create-signal.js';

/** The channel on which relays listen for new rows of the inbox. */
export const INBOX_CHANNEL = 'strata_inbox';

/** Wakes relays. Best effort: a relay that hears nothing looks by itself every second. */
export type InboxSignal = Signal;

/** See `createSignal` for what `intervalMs` bounds. */
export function createInboxSignal(
  catalog: Pick<Catalog, 'pool'>,
  options: { readonly intervalMs?: number } = {},
): InboxSignal {
  return createSignal(catalog, INBOX_CHANNEL, options);
}
