import type { SourceSetUp } from './dialect.js';

/** A header that a sender has to add to each delivery. */
export interface SentHeader {
  readonly name: string;
  readonly value: string;
}

/** The header that carries the secret, as the sender has to be told it; null where the secret is elsewhere. */
export function sentHeader({ authentication, secret }: SourceSetUp): SentHeader | null {
  switch (authentication.scheme) {
    case 'bearer':
      return { name: 'Authorization', value: `Bearer ${secret}` };
    case 'header':
      return { name: authentication.header, value: secret };
    case 'basic':
      return { name: 'Authorization', value: `Basic <base64 of ${authentication.username}:${secret}>` };
    case 'hmac':
    case 'query':
    case 'path':
    case 'oidc':
    case 'standard-webhooks':
      return null;
  }
}
