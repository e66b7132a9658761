import type { DeliveryHead } from '../../registry-event.js';
import type { SecretAuthentication } from '../authentication.js';
import { openSender } from '../open-sender.js';

/** The time at which deliveries arrive. */
export const NOW = new Date('2026-08-20T10:15:31.000Z');
/** The active secrets, unless a test says otherwise. */
export const SECRETS = ['old-secret', 'new-secret'];

/** What a sender puts before the body. */
export interface Sent {
  readonly headers?: Readonly<Record<string, string>>;
  readonly query?: string;
  readonly pathToken?: string;
}

/** The head of a delivery as the hook sees it. */
export function headOf({ headers = {}, query = '', pathToken }: Sent): DeliveryHead {
  return {
    headers: new Map(Object.entries(headers)),
    query: new URLSearchParams(query),
    pathToken: pathToken ?? null,
  };
}

/** Whether a whole delivery is let in. */
export function letsIn(
  authentication: SecretAuthentication,
  sent: Sent,
  { body = '', active = SECRETS, at = NOW }: { body?: string; active?: readonly string[]; at?: Date } = {},
): boolean {
  const verdict = openSender(authentication, active)(headOf(sent), at);
  if (typeof verdict === 'string') return verdict === 'accepted';
  for (const byte of Buffer.from(body)) verdict.update(Buffer.from([byte])); // however it is cut into pieces
  return verdict.isGiven();
}
