import { StaleHandOverError, deferEvent, endEvent, type ClaimedEvent } from '@strata/catalog';
import type { Registry } from '@strata/registry-client';
import { findManifestDeletion, findRepositoryDeletion } from './find-deletion.js';
import { findPush } from './find-push.js';
import { findTag } from './find-tag.js';
import type { Discovery } from './discovery.js';
import type { Tools } from './tools.js';

/** How often a tag that others observe at the same time is asked for again before the event waits a little. */
const ROUNDS = 5;

/**
 * Steps 6 to 8 for one event: ask the registry, with no transaction open, then write the effect and the end in one.
 * Throws `RegistryError` for an answer that allows no conclusion, and `StaleHandOverError` when somebody else has the event.
 */
export async function catalogImage(event: ClaimedEvent, registry: Registry, tools: Tools): Promise<void> {
  for (let round = 0; round < ROUNDS; round += 1) {
    const discovery = await find(event, registry, tools);
    if (discovery === null) return incomplete(event, tools);
    switch (await tools.committer.commit({ event, discovery })) {
      case 'written':
        return;
      case 'stale':
        throw new StaleHandOverError(event);
      case 'tag-overtaken': // somebody observed the same tag in between: what they saw may be newer
    }
  }
  const delayMs = 1_000 + Math.round(tools.random() * 1_000);
  await deferEvent(tools.catalog.pool, event, {
    delayMs,
    attempts: event.attempts,
    looks: event.looks,
    reason: 'TAG_BUSY',
  });
}

/** Null: the row lacks what its work is about. */
async function find(event: ClaimedEvent, registry: Registry, tools: Tools): Promise<Discovery | null> {
  const { repository, digest, tag } = event;
  if (repository === null) return null;
  switch (event.work) {
    case 'manifest':
      return digest === null ? null : findPush({ ...event, repository, digest }, registry, tools);
    case 'tag':
    case 'tag_deletion':
      return tag === null ? null : findTag({ ...event, repository, tag }, registry, tools);
    case 'manifest_deletion':
      return digest === null ? null : findManifestDeletion({ ...event, repository, digest }, registry, tools);
    case 'repository_deletion':
      return findRepositoryDeletion({ ...event, repository }, tools);
    case 'none':
      return null;
  }
}

async function incomplete(event: ClaimedEvent, { catalog }: Tools): Promise<void> {
  const detail = `work of kind ${event.work} lacks what it is about`;
  await endEvent(catalog.pool, event, { state: 'quarantined', reason: 'SHAPE', detail });
}
