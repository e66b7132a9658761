import { z } from 'zod';

/** One registry that Strata listens to and reads, as the operator configured it. `D` is the set of known dialects. */
export interface SourceConfig<D extends string = string> {
  /** The last part of the hook's address, `/hooks/<name>`, and the name in every list. */
  readonly name: string;
  readonly dialect: D;
  /** Every request goes to this base, whatever an event says. */
  readonly registry: URL;
  /** The host under which images of this registry are pulled: `docker.io`, `localhost:5000`. */
  readonly host: string;
  /** Bearer tokens of the hook; several while one is being replaced. */
  readonly secrets: readonly string[];
  readonly credentials: { readonly username: string; readonly password: string } | null;
  /** Private, loopback and link-local addresses are refused unless this is set. */
  readonly allowPrivateNetwork: boolean;
  /** Origins of token services, besides the registry itself, that may be sent the credentials. */
  readonly allowedRealms: readonly URL[];
}

const HOST = /^(?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:]+\])(?::[0-9]{1,5})?$/;
const PRINTABLE = /^[\x21-\x7e]+$/;

const httpUrl = z.string().transform((text, context): URL => {
  const url = /^https?:\/\//i.test(text) && URL.canParse(text) ? new URL(text) : null;
  const message = url === null ? 'must be a URL that starts with http:// or https://' : problemOf(url);
  if (url !== null && message === null) return url;
  context.addIssue({ code: 'custom', message: message ?? 'must be a URL' });
  return z.NEVER;
});

function problemOf(url: URL): string | null {
  if (url.username !== '' || url.password !== '') return 'must not hold a user name or password; use credentials';
  if (url.search !== '' || url.hash !== '') return 'must not hold a query or a fragment';
  return null;
}

const httpOrigin = httpUrl.refine(
  ({ pathname }) => pathname === '/',
  'must be an origin such as https://auth.example, without a path',
);

const secret = z.string().check(({ value, issues }) => {
  const message =
    value.trim() === ''
      ? 'must not be empty'
      : PRINTABLE.test(value)
        ? null
        : 'must be printable ASCII without spaces, since it travels in a header';
  if (message !== null) issues.push({ code: 'custom', message, input: value });
});

/** The shape of one entry under `sources:`; the dialects are a parameter because this library knows none. */
export function sourceSchema<D extends string>(dialects: readonly [D, ...D[]]) {
  return z
    .strictObject({
      name: z.string().regex(/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/, 'must be 1 to 63 of a-z, 0-9 and inner hyphens'),
      dialect: z.enum(dialects, `must be one of: ${dialects.join(', ')}`),
      registry: httpUrl,
      host: z.string().regex(HOST, 'must be a host name in lower case, with a port if it needs one').optional(),
      secrets: z.array(secret).min(1, 'must hold at least one secret'),
      credentials: z
        .strictObject({
          username: z.string().min(1, 'must not be empty'),
          password: z.string().min(1, 'must not be empty'),
        })
        .optional(),
      allowPrivateNetwork: z.boolean().default(false),
      allowedRealms: z.array(httpOrigin).default([]),
    })
    .transform((source): SourceConfig<D> => ({
      ...source,
      host: source.host ?? source.registry.host,
      credentials: source.credentials ?? null,
    }));
}
