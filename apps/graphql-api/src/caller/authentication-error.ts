/** Why we do not know who asks; stable words that programs may switch on. */
export type AuthenticationErrorCode = 'UNAUTHENTICATED' | 'TOKEN_INVALID' | 'TOKEN_EXPIRED' | 'TOKEN_REVOKED';

/** A token is wrong, or missing where one is needed: never answered as if nobody in particular had asked. */
export class AuthenticationError extends Error {
  override readonly name = 'AuthenticationError';
  constructor(
    readonly code: AuthenticationErrorCode,
    message: string,
  ) {
    super(message);
  }

  /** The challenge of the 401 (RFC 6750, section 3). */
  get challenge(): string {
    return this.code === 'UNAUTHENTICATED' ? 'Bearer realm="strata"' : 'Bearer realm="strata", error="invalid_token"';
  }
}
