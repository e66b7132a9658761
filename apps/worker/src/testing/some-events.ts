import { randomUUID } from 'node:crypto';
import type { Digest } from '@strata/oci';
import type { RegistryEvent } from '@strata/registry-events';
import { aPush, someFacts } from '@strata/registry-events/testing';

/** A push as a registry announces it; each call is another event. */
export function pushOf(repository: string, tag: string | null, { digest }: { readonly digest: Digest }): RegistryEvent {
  return aPush({ nativeId: randomUUID(), repository, tag, digest, sourceTime: new Date() });
}

/** The three shapes of a delete. */
export function deletionOf(
  repository: string,
  what: { readonly tag: string } | { readonly digest: Digest } | null,
): RegistryEvent {
  const facts = someFacts({ action: 'delete', nativeId: randomUUID(), repository, ...what });
  if (what === null) return { ...facts, kind: 'repository-deleted', repository };
  return 'tag' in what
    ? { ...facts, kind: 'tag-deleted', repository, tag: what.tag }
    : { ...facts, kind: 'manifest-deleted', repository, digest: what.digest };
}
