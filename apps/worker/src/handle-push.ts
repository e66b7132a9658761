import { findRepositoryRow, readTagVersion, type ClaimedEvent, type DerivedWork } from '@strata/catalog';
import type { Digest } from '@strata/oci';
import type { Registry } from '@strata/registry-client';
import type { Findings, ObservedTagVersion } from './catalog-work.js';
import { nextLookMs } from './look-again.js';
import { observeManifests } from './observe-manifest.js';
import type { Tools } from './tools.js';

/** A push of a manifest, with or without a tag: the manifest is fetched by its digest, the tag is observed. */
export async function findPush(
  event: ClaimedEvent & { readonly repository: string; readonly digest: Digest },
  registry: Registry,
  tools: Tools,
): Promise<Findings> {
  const { repository, digest } = event;
  const tag = event.tag === null ? null : await observeTag(event, repository, event.tag, registry, tools);
  const wanted = tag?.digest == null ? [digest] : [digest, tag.digest];
  const { manifests, known, missing } = await observeManifests(event, repository, wanted, registry, tools);
  const reachable = tag?.digest != null && missing.includes(tag.digest) ? null : tag; // it moved on between two questions
  const lookMs = missing.length > 0 ? nextLookMs(event.looks) : null;
  const outcome =
    lookMs === null
      ? ({ kind: 'end', end: { state: 'done', reason: missing.includes(digest) ? 'GONE' : null } } as const)
      : ({ kind: 'again', delay: { delayMs: lookMs, attempts: 0, looks: event.looks + 1, reason: 'NOT_FOUND' } } as const);
  const disagrees = tag !== null && tag.digest !== digest && outcome.kind === 'end';
  return {
    repository,
    manifests,
    known,
    tag: reachable,
    derived: disagrees ? [secondLook(repository, tag.name, digest)] : [],
    outcome,
  };
}

/** Asks the registry what a tag points at; the version of our row is read before, for the compare-and-set. */
export async function observeTag(
  event: ClaimedEvent,
  repository: string,
  name: string,
  registry: Registry,
  { catalog, stopping }: Tools,
): Promise<ObservedTagVersion> {
  const row = await findRepositoryRow(catalog, event.sourceId, repository);
  const version = row === null ? 0 : await readTagVersion(catalog.pool, row.id, name);
  const observed = await registry.observeTag(repository, name, stopping);
  return { name, version, digest: observed?.digest ?? null };
}

/** The event may have overtaken the tag's own move: the registry is asked once more, soon. */
function secondLook(repository: string, tag: string, digest: Digest): DerivedWork {
  return { work: 'tag', action: 'observe', repository, tag, digest, depth: 0, looks: 1, delayMs: nextLookMs(0) ?? 0 };
}
