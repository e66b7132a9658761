import { parseReference } from '@strata/oci';
import type { Sql } from '../open-catalog.js';
import { findTagReferenced, findTagsNamed, type TagRow } from './find-tags.js';

/**
 * The tags that `[registry/]repository:tag` may mean, now or as of a moment: one at most when the registry is said, else one per
 * registry that has it. As in Docker, a single name may stand for `library/name`, and no tag for `latest`.
 * Throws `InvalidReferenceError`.
 */
export async function findTag(db: Sql, reference: string, asOf?: Date | null): Promise<readonly TagRow[]> {
  const { registry, repository, tag, digest } = parseReference(reference);
  if (digest !== null || tag === null) return [];
  const path = reference.endsWith(`:${tag}`) ? reference.slice(0, -tag.length - 1) : reference;
  const exact = await findTagReferenced(db, `${path}:${tag}`, asOf);
  if (exact !== null) return [exact];
  const saysRegistry = path.toLowerCase().startsWith(`${registry}/`);
  return saysRegistry
    ? named(await findTagReferenced(db, `${registry}/${repository}:${tag}`, asOf))
    : findTagsNamed(db, { repositories: [path, repository], tag }, asOf);
}

function named(tag: TagRow | null): readonly TagRow[] {
  return tag === null ? [] : [tag];
}
