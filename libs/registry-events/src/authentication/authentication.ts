import { z } from 'zod';

const headerName = z
  .string()
  .regex(/^[a-z0-9!#$%&'*+.^_`|~-]{1,100}$/, 'must be the name of a header in lower case')
  .describe('lower case');

const parameterName = z.string().regex(/^[A-Za-z0-9_-]{1,100}$/, 'must be 1 to 100 of A-Z, a-z, 0-9, _ and -');

const issuer = z.string().refine(isIssuer, 'must be an https URL without a query, and without a slash at its end');

/** OpenID Connect Discovery 1.0, section 3; plain http only where nobody can listen in: on this machine. */
function isIssuer(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, search, hash, username } = new URL(text);
  const isLoopback = ['127.0.0.1', '[::1]', 'localhost'].includes(hostname);
  const isSafe = protocol === 'https:' || (protocol === 'http:' && isLoopback);
  return isSafe && search === '' && hash === '' && username === '' && !text.endsWith('/');
}

/**
 * How a sender proves who it is, in the words of `strata.yaml`. Every scheme but `oidc` compares with the secrets of its
 * source; what travels in the URL may end in the logs of proxies, so it is for senders that can do nothing else.
 */
export const authenticationWords = z.discriminatedUnion('scheme', [
  /** `Authorization: Bearer <secret>` (RFC 6750). */
  z.strictObject({ scheme: z.literal('bearer') }),
  /** A header whose whole value is the secret. */
  z.strictObject({ scheme: z.literal('header'), header: headerName }),
  /** `Authorization: Basic …` (RFC 7617); the password is the secret. */
  z.strictObject({ scheme: z.literal('basic'), username: z.string().regex(/^[^:]{1,255}$/, 'must not hold a colon') }),
  /** A header with the HMAC of the body, keyed with the secret, in hexadecimal behind a prefix. */
  z.strictObject({
    scheme: z.literal('hmac'),
    algorithm: z.enum(['sha256', 'sha1']),
    header: headerName,
    prefix: z.string().max(20).default(''),
  }),
  /** `?<parameter>=<secret>`. */
  z.strictObject({ scheme: z.literal('query'), parameter: parameterName.default('token') }),
  /** `/hooks/<source>/<secret>`. */
  z.strictObject({ scheme: z.literal('path') }),
  /** A token that an OpenID provider signed (OpenID Connect Core 1.0); keys come from the issuer, no secret is shared. */
  z.strictObject({
    scheme: z.literal('oidc'),
    issuer,
    audience: z.string().min(1, 'must not be empty'),
    email: z.string().min(1, 'must not be empty').optional(),
    subject: z.string().min(1, 'must not be empty').optional(),
  }),
  /** `webhook-id`, `webhook-timestamp` and `webhook-signature` of standardwebhooks.com; the secret is `whsec_<base64>`. */
  z.strictObject({ scheme: z.literal('standard-webhooks') }),
]);

/** One way for a sender to prove who it is. */
export type Authentication = z.output<typeof authenticationWords>;

/** The word for a way of authentication. */
export type AuthenticationScheme = Authentication['scheme'];

/** The ways that need nothing but the secrets of a source. */
export type SecretAuthentication = Exclude<Authentication, { readonly scheme: 'oidc' }>;

/** The proof of an OpenID provider; checking it needs the issuer's keys, so it is not this library's business. */
export type OidcAuthentication = Extract<Authentication, { readonly scheme: 'oidc' }>;
