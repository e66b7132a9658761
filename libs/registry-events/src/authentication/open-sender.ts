import type { DeliveryHead } from '../registry-event.js';
import type { Authentication, SecretAuthentication } from './authentication.js';
import { compareSecrets, type CompareSecrets } from './compare-secrets.js';
import { openHmac } from './open-hmac.js';
import { openStandardWebhooks } from './open-standard-webhooks.js';

/** A proof that covers the body: it is fed every byte as it was received, and then asked. */
export interface BodyProof {
  readonly update: (chunk: Uint8Array) => void;
  /** Whether the bytes so far are what the holder of a secret has signed. Asked once, after the last byte. */
  readonly isGiven: () => boolean;
}

/** What can be said before the body is read: yes, no, or that only the body can tell. */
export type HeadVerdict = 'accepted' | 'refused' | BodyProof;

/** Judges a delivery by what comes before its body. Never throws, whatever the headers. */
export type CheckHead = (head: DeliveryHead, now: Date) => HeadVerdict;

/**
 * Prepares to check one source's deliveries. A static secret is decided before the body is read; of a signature only its
 * form is, so that nobody without one can make us read a body. Every active secret is tried, in constant time.
 */
export function openSender(authentication: SecretAuthentication, secrets: readonly string[]): CheckHead {
  switch (authentication.scheme) {
    case 'hmac':
      return openHmac(authentication, secrets);
    case 'standard-webhooks':
      return openStandardWebhooks(secrets);
    case 'bearer':
    case 'header':
    case 'basic':
    case 'query':
    case 'path': {
      const isOneOf: CompareSecrets = compareSecrets(secrets);
      return (head) => (isOneOf(presentedIn(head, authentication)) ? 'accepted' : 'refused');
    }
  }
}

/** The challenge of a 401 (RFC 9110, 11.6.1), which wants one whatever the scheme. */
export function challengeOf({ scheme }: Authentication): string {
  return scheme === 'basic' ? 'Basic realm="strata", charset="UTF-8"' : 'Bearer';
}

const BEARER = /^Bearer ([\x21-\x7e]+)$/i; // RFC 9110, 11.1: the scheme is case-insensitive; the token is taken as it is
const BASIC = /^Basic ([A-Za-z0-9+/]+={0,2})$/i;

type StaticAuthentication = Exclude<SecretAuthentication, { readonly scheme: 'hmac' | 'standard-webhooks' }>;

function presentedIn(head: DeliveryHead, authentication: StaticAuthentication): string | null {
  const { headers } = head;
  switch (authentication.scheme) {
    case 'bearer':
      return BEARER.exec(headers.get('authorization') ?? '')?.[1] ?? null;
    case 'header':
      return headers.get(authentication.header) ?? null;
    case 'basic':
      return passwordIn(BASIC.exec(headers.get('authorization') ?? '')?.[1] ?? '', authentication.username);
    case 'query':
      return head.query.get(authentication.parameter);
    case 'path':
      return head.pathToken;
  }
}

/** The user name is no secret; a wrong one is answered like a wrong password. */
function passwordIn(base64: string, username: string): string | null {
  const text = Buffer.from(base64, 'base64').toString();
  return text.startsWith(`${username}:`) ? text.slice(username.length + 1) : null;
}
