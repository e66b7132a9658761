import { hmacProof } from './open-hmac.js';
import type { CheckHead } from './open-sender.js';

/** How far the signed time may be from ours, either way, in seconds (Standard Webhooks, "Verifying webhook authenticity"). */
export const SIGNED_TIME_WINDOW_SECONDS = 300;

const PREFIX = 'whsec_';
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;
const SIGNATURE = /^v1,([A-Za-z0-9+/]{43}=)$/;
const MAX_SIGNATURES = 10;
const ID = /^[\x21-\x7e]{1,200}$/;

/**
 * Standard Webhooks, symmetric: `v1,<base64>` is HMAC-SHA256 over `<id>.<seconds>.<body>`. The header may hold several
 * signatures while the sender replaces its secret. The time is signed, so outside of 300 s the delivery is refused.
 */
export function openStandardWebhooks(secrets: readonly string[]): CheckHead {
  const keys = secrets.filter(isStandardWebhooksSecret).map(keyOf);
  return ({ headers }, now) => {
    const id = headers.get('webhook-id') ?? '';
    const seconds = headers.get('webhook-timestamp') ?? '';
    if (!ID.test(id) || !/^[0-9]{1,12}$/.test(seconds)) return 'refused';
    if (Math.abs(now.getTime() / 1_000 - Number(seconds)) > SIGNED_TIME_WINDOW_SECONDS) return 'refused';
    const claimed = (headers.get('webhook-signature') ?? '')
      .split(' ')
      .slice(0, MAX_SIGNATURES)
      .flatMap((signature) => SIGNATURE.exec(signature)?.[1] ?? [])
      .map((base64) => Buffer.from(base64, 'base64'));
    return claimed.length === 0 ? 'refused' : hmacProof('sha256', keys, claimed, `${id}.${seconds}.`);
  };
}

/** Whether a secret has the form that the scheme gives it, with a key inside. */
export function isStandardWebhooksSecret(secret: string): boolean {
  return secret.startsWith(PREFIX) && BASE64.test(secret.slice(PREFIX.length));
}

function keyOf(secret: string): Buffer {
  return Buffer.from(secret.slice(PREFIX.length), 'base64');
}
