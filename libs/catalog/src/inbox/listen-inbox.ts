import { listenTo, type Listener } from '../signal/listen-to.js';
import { INBOX_CHANNEL } from './record-events-signal.js';

/** A wait for news of the inbox. */
export type InboxListener = Listener;

/** Calls `onNews` when there may be new rows in the inbox; see `listenTo` for what it does not promise. */
export function listenInbox(databaseUrl: string, onNews: () => void, onError: (error: Error) => void): InboxListener {
  return listenTo(databaseUrl, INBOX_CHANNEL, { onNews, onError });
}
