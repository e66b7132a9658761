import { createHmac } from 'node:crypto';
import type { SecretAuthentication } from '../authentication/authentication.js';

/** What a sender adds to a delivery so that it is let in. */
export interface SignedDelivery {
  readonly headers: Readonly<Record<string, string>>;
  /** Behind the address of the hook: `/<token>`, `?token=…`, or nothing. */
  readonly suffix: string;
}

/** Proves a delivery as its sender would, with a secret of its source. */
export function signDelivery(
  authentication: SecretAuthentication,
  secret: string,
  body: string | Uint8Array,
  now: Date = new Date(),
): SignedDelivery {
  const inHeaders = (headers: Readonly<Record<string, string>>): SignedDelivery => ({ headers, suffix: '' });
  switch (authentication.scheme) {
    case 'bearer':
      return inHeaders({ authorization: `Bearer ${secret}` });
    case 'header':
      return inHeaders({ [authentication.header]: secret });
    case 'basic': {
      const pair = Buffer.from(`${authentication.username}:${secret}`).toString('base64');
      return inHeaders({ authorization: `Basic ${pair}` });
    }
    case 'hmac': {
      const signature = createHmac(authentication.algorithm, secret).update(body).digest('hex');
      return inHeaders({ [authentication.header]: authentication.prefix + signature });
    }
    case 'standard-webhooks': {
      const [id, seconds] = ['msg_1', String(Math.floor(now.getTime() / 1_000))];
      const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
      const signature = createHmac('sha256', key).update(`${id}.${seconds}.`).update(body).digest('base64');
      return inHeaders({
        'webhook-id': id,
        'webhook-timestamp': seconds,
        'webhook-signature': `v1,${signature}`,
      });
    }
    case 'query':
      return { headers: {}, suffix: `?${authentication.parameter}=${secret}` };
    case 'path':
      return { headers: {}, suffix: `/${secret}` };
  }
}
