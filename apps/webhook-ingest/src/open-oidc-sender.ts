import type { DeliveryHead, HeadVerdict, OidcAuthentication } from '@strata/registry-events';
import { errors, jwtVerify, type JWTPayload } from 'jose';
import { createIssuerKeys, KeysUnavailableError, type IssuerKeys } from './issuer-keys.js';

/** Asymmetric only: with a symmetric one, a published key would be the secret (RFC 8725, 3.1 and 3.2). */
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'];

/** How far the issuer's clock may be from ours. */
const CLOCK_TOLERANCE_SECONDS = 60;

const BEARER = /^Bearer ([A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+)$/i;
const MAX_TOKEN_CHARS = 8_192;

/**
 * Checks the token of an OpenID provider: signature by one of the issuer's published keys, issuer, audience, expiry, and
 * e-mail (verified) and subject where they are configured. Rejects with `KeysUnavailableError` when the keys cannot be had.
 */
export function openOidcSender(
  authentication: OidcAuthentication,
  keys: IssuerKeys = createIssuerKeys(authentication.issuer),
): (head: DeliveryHead, now: Date) => Promise<HeadVerdict> {
  const { issuer, audience } = authentication;
  const bareIssuer = issuer.replace(/^https:\/\//, ''); // Google's tokens name it with or without the scheme
  return async ({ headers }, now) => {
    const token = BEARER.exec(headers.get('authorization') ?? '')?.[1];
    if (token === undefined || token.length > MAX_TOKEN_CHARS) return 'refused';
    try {
      const { payload } = await jwtVerify(token, keys, {
        algorithms: ALGORITHMS,
        issuer: [issuer, bareIssuer],
        audience,
        currentDate: now,
        clockTolerance: CLOCK_TOLERANCE_SECONDS,
        requiredClaims: ['exp'],
      });
      return isExpected(payload, authentication) ? 'accepted' : 'refused';
    } catch (error) {
      if (error instanceof KeysUnavailableError) throw error;
      const isVerdict = error instanceof errors.JOSEError && !(error instanceof errors.JWKSTimeout);
      if (isVerdict && !(error instanceof errors.JWKSInvalid)) return 'refused';
      throw new KeysUnavailableError(issuer, { cause: error }); // such as keys that are none
    }
  };
}

function isExpected(payload: JWTPayload, { email, subject }: OidcAuthentication): boolean {
  if (subject !== undefined && payload.sub !== subject) return false;
  return email === undefined || (payload['email'] === email && payload['email_verified'] === true);
}
