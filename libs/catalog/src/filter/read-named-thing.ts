import { isDigest, parseReference, type Digest } from '@strata/oci';

/** What a text such as `[registry/]repository:tag`, `repository@digest` or a bare digest may mean in this catalog. */
export type NamedThing =
  | { readonly kind: 'digest'; readonly digest: Digest }
  /** Any of these full references, or, where it says no registry, this tag of one of these repositories at any. */
  | {
      readonly kind: 'tag';
      readonly references: readonly string[];
      readonly repositories: readonly string[];
      readonly tag: string;
    };

/**
 * Reads a name as `findTag` does: a digest decides; a single name may stand for `library/name`, no tag for `latest`.
 * Throws `InvalidReferenceError`.
 */
export function readNamedThing(text: string): NamedThing {
  if (isDigest(text)) return { kind: 'digest', digest: text };
  const { registry, repository, tag, digest } = parseReference(text);
  if (digest !== null) return { kind: 'digest', digest };
  const name = tag ?? 'latest';
  const path = text.endsWith(`:${name}`) ? text.slice(0, -name.length - 1) : text;
  const saysRegistry = path.toLowerCase().startsWith(`${registry}/`);
  return {
    kind: 'tag',
    references: [`${path}:${name}`, ...(saysRegistry ? [`${registry}/${repository}:${name}`] : [])],
    repositories: saysRegistry ? [] : [...new Set([path, repository])],
    tag: name,
  };
}
