import { CEILINGS } from '../ceilings.js';
import { isDigest, type Digest } from '../digest.js';
import { isRepositoryName, isTag } from './repository-name.js';

/** Where some content is named: in which registry and repository, under which tag, digest or both. */
export interface Reference {
  /** `host[:port]` in lower case. */
  readonly registry: string;
  readonly repository: string;
  readonly tag: string | null;
  /** Decides what is meant when a tag stands beside it. */
  readonly digest: Digest | null;
}

/** What a reference without a registry means. */
export interface ReferenceDefaults {
  /** `docker.io` unless said. */
  readonly registry?: string;
  /** Registries that keep their name although it looks like a part of a path (`registry` alone), or is one of Docker Hub's. */
  readonly knownRegistries?: Iterable<string>;
}

/** Says that some text is not a reference; carries at most the first 100 characters of it. */
export class InvalidReferenceError extends Error {
  override readonly name = 'InvalidReferenceError';
  constructor(text: string, why: string) {
    super(`${JSON.stringify(text.slice(0, 100))} is not a reference: ${why}`);
  }
}

const DOCKER_HUB = 'docker.io';
/** Hosts behind which Docker Hub answers too: an image has one name, whichever of them somebody copied. */
const HUB_ALIASES: ReadonlySet<string> = new Set([
  'index.docker.io',
  'registry-1.docker.io',
  'registry.hub.docker.com',
]);
const HOST =
  /^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*|\[[0-9a-f:.]+\])(?::[0-9]{1,5})?$/;
const MAX_CHARS = CEILINGS.nameChars + 1 + CEILINGS.tagChars + 1 + 'sha512:'.length + 128;

/**
 * Reads `[registry/]repository[:tag][@digest]` as Docker does (distribution's reference package): the first part is a
 * registry when it holds a dot, a colon or an upper-case letter, or is `localhost`; otherwise Docker Hub is meant, where a
 * single name stands in `library/`. Without tag and digest the tag is `latest`. Throws `InvalidReferenceError`.
 */
export function parseReference(text: string, defaults: ReferenceDefaults = {}): Reference {
  const fail = (why: string): InvalidReferenceError => new InvalidReferenceError(text, why);
  if (text.length > MAX_CHARS) throw fail(`it has more than ${MAX_CHARS} characters`);
  const [named, digest] = cut(text, text.indexOf('@'));
  const colon = named.lastIndexOf(':');
  const [path, tag] = cut(named, colon > named.lastIndexOf('/') ? colon : -1);
  if (digest !== null && !isDigest(digest)) throw fail('the digest is neither sha256 nor sha512 in lower-case hex');
  if (tag !== null && !isTag(tag)) throw fail('the tag is not well-formed');
  const { registry, repository } = splitPath(path, defaults);
  if (!HOST.test(registry)) throw fail('the registry is not a host name');
  if (/^[0-9a-f]{64}$/.test(path)) throw fail('64 hex digits are an image id, not a name');
  if (!isRepositoryName(repository)) throw fail('the repository name is not well-formed');
  if (registry.length + 1 + repository.length > CEILINGS.nameChars)
    throw fail(`the name has more than ${CEILINGS.nameChars} characters`);
  return { registry, repository, tag: tag ?? (digest === null ? 'latest' : null), digest };
}

/** The full form, with registry and `library/`; `parseReference` gives the same reference back. */
export function formatReference({ registry, repository, tag, digest }: Reference): string {
  return `${registry}/${repository}${tag === null ? '' : `:${tag}`}${digest === null ? '' : `@${digest}`}`;
}

function splitPath(
  path: string,
  defaults: ReferenceDefaults,
): { readonly registry: string; readonly repository: string } {
  const [first, rest] = cut(path, path.indexOf('/'));
  const named = rest !== null && looksLikeRegistry(first, defaults);
  const host = (named ? first : (defaults.registry ?? DOCKER_HUB)).toLowerCase();
  const registry = HUB_ALIASES.has(host) && !isKnown(host, defaults) ? DOCKER_HUB : host;
  const repository = named ? rest : path;
  const isOfficial = registry === DOCKER_HUB && !repository.includes('/');
  return { registry, repository: isOfficial ? `library/${repository}` : repository };
}

function looksLikeRegistry(first: string, defaults: ReferenceDefaults): boolean {
  return /[.:A-Z]/.test(first) || first === 'localhost' || isKnown(first, defaults);
}

function isKnown(host: string, { knownRegistries = [] }: ReferenceDefaults): boolean {
  for (const known of knownRegistries) if (known === host) return true;
  return false;
}

function cut(text: string, at: number): readonly [string, string | null] {
  return at < 0 ? [text, null] : [text.slice(0, at), text.slice(at + 1)];
}
