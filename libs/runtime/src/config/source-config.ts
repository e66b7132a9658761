import { z } from 'zod';
import { crawlSettings, type CrawlConfig } from './crawl-config.js';
import { registrySettings, tlsProblem, type RegistryConfig } from './registry-config.js';
import type { SourceWords } from './source-words.js';

/**
 * One registry that Strata listens to and reads, as the operator configured it. `D` is the set of known dialects, `A` a
 * way for a sender to prove who it is.
 */
export interface SourceConfig<D extends string = string, A = unknown> extends CrawlConfig, RegistryConfig {
  /** The last part of the hook's address, `/hooks/<name>`, and the name in every list. */
  readonly name: string;
  readonly dialect: D;
  /** Every request goes to this base, whatever an event says. */
  readonly registry: URL;
  /** The host under which images of this registry are pulled: `docker.io`, `localhost:5000`. */
  readonly host: string;
  /** How its deliveries prove where they come from. */
  readonly authentication: A;
  /** What the sender proves itself with; several while one is being replaced. Empty where nothing is shared. */
  readonly secrets: readonly string[];
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

/** How many secrets may be active at once: the work of an unproven delivery grows with them. */
const MAX_SECRETS = 5;

const LACKS_SECRET = 'must hold at least one secret';

/** The shape of one entry under `sources:`. */
export function sourceSchema<D extends string, A>(words: SourceWords<D, A>) {
  return z
    .strictObject({
      name: z.string().regex(/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/, 'must be 1 to 63 of a-z, 0-9 and inner hyphens'),
      dialect: z.enum(words.dialects, `must be one of: ${words.dialects.join(', ')}`),
      registry: httpUrl,
      host: z.string().regex(HOST, 'must be a host name in lower case, with a port if it needs one').optional(),
      authentication: words.authentication.optional(),
      secrets: z
        .array(secret)
        .min(1, LACKS_SECRET)
        .max(MAX_SECRETS, `must hold at most ${MAX_SECRETS} secrets`)
        .optional(),
      allowPrivateNetwork: z.boolean().default(false),
      allowedRealms: z.array(httpOrigin).default([]),
      ...registrySettings,
      ...crawlSettings,
    })
    .superRefine(
      ({ secrets, authentication }, context) => {
        // Said together with everything else that is wrong; only `settle` knows who needs no secret.
        if (secrets === undefined && authentication === undefined)
          context.addIssue({ code: 'custom', path: ['secrets'], message: LACKS_SECRET });
      },
      { when: ({ value }) => typeof value === 'object' && value !== null },
    )
    .transform((source, context): SourceConfig<D, A> => {
      const problem = tlsProblem(source.registry, source.tls);
      if (problem !== null) context.addIssue({ code: 'custom', path: ['tls'], message: problem });
      const { dialect, authentication, secrets = [] } = source;
      const settled = words.settle({ dialect, authentication, secrets });
      if (!settled.ok) {
        context.addIssue({ code: 'custom', path: [...settled.path], message: settled.message });
        return z.NEVER;
      }
      return {
        ...source,
        secrets,
        authentication: settled.authentication,
        host: source.host ?? source.registry.host,
      };
    });
}
