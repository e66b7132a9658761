import type { ClaimedEvent } from '@strata/catalog';
import type { Registry } from '@strata/registry-client';
import type { Findings } from './catalog-work.js';
import { observeTag } from './handle-push.js';
import { nextLookMs } from './look-again.js';
import { observeManifests } from './observe-manifest.js';
import type { Tools } from './tools.js';

/** A tag that is said to have moved or gone: whatever the registry answers is written, and looked at again while it disagrees. */
export async function findTag(
  event: ClaimedEvent & { readonly repository: string; readonly tag: string },
  registry: Registry,
  tools: Tools,
): Promise<Findings> {
  const { repository } = event;
  const tag = await observeTag(event, repository, event.tag, registry, tools);
  const wanted = tag.digest === null ? [] : [tag.digest];
  const { manifests, known, missing } = await observeManifests(event, repository, wanted, registry, tools);
  const lookMs = agrees(event, tag.digest) && missing.length === 0 ? null : nextLookMs(event.looks);
  return {
    repository,
    manifests,
    known,
    tag: missing.length === 0 ? tag : null,
    derived: [],
    outcome:
      lookMs === null
        ? { kind: 'end', end: { state: 'done', reason: null } }
        : { kind: 'again', delay: { delayMs: lookMs, attempts: 0, looks: event.looks + 1, reason: 'LOOK_AGAIN' } },
  };
}

/** Whether the registry confirms what the event said; one that named no digest is content with any. */
function agrees(event: ClaimedEvent, observed: ClaimedEvent['digest']): boolean {
  if (event.work === 'tag_deletion') return observed === null;
  return event.digest === null ? observed !== null : observed === event.digest;
}
