import type { HookAnswer, HookRequest } from '../dialect.js';

const ORIGIN = /^[A-Za-z0-9.:/_-]{1,255}$/;

/**
 * Answers a sender that asks whether it may deliver here at all (CloudEvents, "HTTP 1.1 Web Hooks", section 4): yes, at
 * any rate, for the origin that it names. Null where nobody asks, or where the name is none.
 */
export function allowOrigin({ method, headers }: HookRequest): HookAnswer | null {
  const origin = headers.get('webhook-request-origin');
  if (method !== 'OPTIONS' || origin === undefined || !ORIGIN.test(origin)) return null;
  return {
    status: 200,
    headers: { allow: 'POST', 'webhook-allowed-origin': origin, 'webhook-allowed-rate': '*' },
    body: null,
  };
}
