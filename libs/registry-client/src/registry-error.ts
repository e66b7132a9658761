/** What can come of asking a registry; the closed list that each caller's table must cover. */
export type RegistryErrorCode =
  | 'not-found' // a clean 404 whose body carries MANIFEST_UNKNOWN, NAME_UNKNOWN or BLOB_UNKNOWN
  | 'unauthorized' // 401 after a fresh token, or 403
  | 'rate-limited' // 429, or nothing was asked because the registry is to be left alone
  | 'unsupported' // an operation that this registry does not offer
  | 'invalid-name' // nothing was asked: the repository or tag is outside the grammar of names
  | 'unavailable' // 5xx, 408, time-out, reset, a 404 or 200 that no registry would send
  | 'bad-response' // an answer that breaks the protocol and will not get better by asking again
  | 'digest-mismatch' // the bytes are not what their digest promises
  | 'too-large' // more bytes than the ceiling allows
  | 'forbidden-address'; // the request would have left the addresses that the operator allows

/** The only error that this library throws for something that happened at the registry. Never carries a secret. */
export class RegistryError extends Error {
  override readonly name = 'RegistryError';
  /** How long the registry asked to be left alone, where it did. */
  readonly retryAfterMs: number | null;
  /** The origin of a token server that the operator did not allow, where that is the reason. */
  readonly refusedRealm: string | null;
  /** The HTTP status that led here, where there was one. */
  readonly status: number | null;

  constructor(
    readonly code: RegistryErrorCode,
    message: string,
    options: ErrorOptions & {
      readonly retryAfterMs?: number | null;
      readonly status?: number | null;
      readonly refusedRealm?: string | null;
    } = {},
  ) {
    super(message, options);
    this.retryAfterMs = options.retryAfterMs ?? null;
    this.refusedRealm = options.refusedRealm ?? null;
    this.status = options.status ?? null;
  }
}
