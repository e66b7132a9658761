import { findRepositoryRow, type ClaimedEvent, type ManifestToWrite } from '@strata/catalog';
import type { Digest } from '@strata/oci';
import type { Registry } from '@strata/registry-client';
import type { ObservedTagVersion } from './discovery.js';
import { fetchManifests } from './observe-manifests.js';
import type { Tools } from './tools.js';

/** What one look at the registry has shown. */
export interface Look {
  /** Null when no tag was asked for. */
  readonly tag: ObservedTagVersion | null;
  readonly manifests: readonly ManifestToWrite[];
  /** Verified once under its digest, a manifest that the repository is known to hold needs no second look. */
  readonly known: ReadonlyMap<Digest, bigint>;
  /** Digests that the registry says it does not have. */
  readonly missing: ReadonlySet<Digest>;
}

/**
 * Looks at a manifest, at a tag, or at both: the version of the tag's row is read first, for the compare-and-set, then
 * the registry is asked. Whatever the tag points at is fetched as well, so that a tag never stands without it.
 */
export async function look(
  event: ClaimedEvent,
  what: { readonly repository: string; readonly tag: string | null; readonly digest: Digest | null },
  registry: Registry,
  tools: Tools,
): Promise<Look> {
  const { repository, tag, digest } = what;
  const row = await findRepositoryRow(tools.catalog, event.sourceId, repository);
  const read = async (digests: readonly Digest[]) =>
    row === null
      ? { tagVersion: 0, placed: new Map<Digest, bigint>() }
      : tools.readKnown({ repositoryId: row.id, tag, digests });
  const named = digest === null ? [] : [digest];
  const before = await read(named);
  const [observed, first] = await Promise.all([
    tag === null ? null : registry.observeTag(repository, tag, tools.stopping),
    fetchManifests(
      registry,
      repository,
      named.filter((one) => !before.placed.has(one)),
      tools,
    ),
  ]);
  const pointedAt = observed === null || observed.digest === digest ? [] : [observed.digest];
  const after = pointedAt.length === 0 ? before : await read(pointedAt);
  const second = await fetchManifests(
    registry,
    repository,
    pointedAt.filter((one) => !after.placed.has(one)),
    tools,
  );
  const fetched = [...first, ...second];
  return {
    tag: tag === null ? null : { name: tag, version: before.tagVersion, digest: observed?.digest ?? null },
    manifests: fetched.flatMap(([, manifest]) => (manifest === null ? [] : [manifest])),
    known: new Map([...before.placed, ...after.placed]),
    missing: new Set(fetched.flatMap(([one, manifest]) => (manifest === null ? [one] : []))),
  };
}
