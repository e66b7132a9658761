/** What proves to a registry who we are. */
export type Credentials =
  | { readonly kind: 'password'; readonly username: string; readonly password: string }
  /** Exchanged for tokens at the token server, by POST as `refresh_token` (Distribution token specification, OAuth2). */
  | { readonly kind: 'identity-token'; readonly token: string }
  /** Sent to the registry as it stands. */
  | { readonly kind: 'registry-token'; readonly token: string };

/** Where an operator keeps the credentials of a registry. */
export type CredentialSource =
  | { readonly username: string; readonly password: string }
  | { readonly identityToken: string }
  /** The path of a Docker `config.json` (or a file of that shape), read again when it is asked for and old. */
  | { readonly dockerConfig: string }
  /** The part behind `docker-credential-` of a program's name. */
  | { readonly credentialHelper: string };

/** Tells two credentials apart by what they are. */
export function isSameCredentials(one: Credentials | null, other: Credentials | null): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
