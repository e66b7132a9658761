import { dialectOf, type Authentication, type DialectName } from '@strata/registry-events';
import { signDelivery, type SignedDelivery } from '@strata/registry-events/testing';
import { tellers, type ToldImage } from './deliveries.js';
import type { Issuer } from './start-issuer.js';

/** Shared by hook and senders; a key of Standard Webhooks has a form of its own. */
const SECRET = 'a-secret-of-the-journey';
const SIGNING_KEY = `whsec_${Buffer.from('a key of the journey, 32 bytes it').toString('base64')}`;

/** How a dialect's source proves itself in the journey. */
export interface ToldSource {
  readonly authentication: Authentication;
  /** Of no use to a sender with tokens of a provider. */
  readonly secret: string;
}

/** What `strata.yaml` says for a dialect: its usual authentication, unless its line says another. */
export function toldSource(dialect: DialectName, issuer: string): ToldSource {
  const authentication = tellers[dialect].authentication?.(issuer) ?? dialectOf(dialect).authentication.usual;
  if (authentication === null) throw new Error(`the line of ${dialect} has to say how it proves itself`);
  return { authentication, secret: authentication.scheme === 'standard-webhooks' ? SIGNING_KEY : SECRET };
}

/** One delivery as a sender of the dialect posts it: where, with which headers, which bytes. */
export interface PostedDelivery {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** Writes a push down in a dialect and proves it. */
export function deliveryOf(dialect: DialectName, image: ToldImage, hookUrl: string, issuer: Issuer): PostedDelivery {
  const { headers = {}, body: payload } = tellers[dialect].delivery(image);
  const body = Buffer.from(JSON.stringify(payload));
  const signed = sign(toldSource(dialect, issuer.url), body, issuer);
  return {
    url: hookUrl + signed.suffix,
    headers: { 'content-type': 'application/json', ...headers, ...signed.headers },
    body,
  };
}

function sign({ authentication, secret }: ToldSource, body: Buffer, issuer: Issuer): SignedDelivery {
  if (authentication.scheme !== 'oidc') return signDelivery(authentication, secret, body);
  return { headers: { authorization: `Bearer ${issuer.token(authentication.audience)}` }, suffix: '' };
}
