import type { ClaimedEvent } from '@strata/catalog';
import type { Registry } from '@strata/registry-client';
import type { Discovery } from './discovery.js';
import { nextLookMs } from './look-again.js';
import { look } from './look.js';
import type { Tools } from './tools.js';

/** A tag that is said to have moved or gone: whatever the registry answers is written, and looked at again while it disagrees. */
export async function findTag(
  event: ClaimedEvent & { readonly repository: string; readonly tag: string },
  registry: Registry,
  tools: Tools,
): Promise<Discovery> {
  const { repository } = event;
  const { tag, manifests, known, missing } = await look(
    event,
    { repository, tag: event.tag, digest: null },
    registry,
    tools,
  );
  const observed = tag?.digest ?? null;
  const delayMs = agrees(event, observed) && missing.size === 0 ? null : nextLookMs(event.looks);
  return {
    repository,
    manifests,
    known,
    placed: null,
    gone: null,
    tag: missing.size === 0 ? tag : null,
    derived: [],
    outcome:
      delayMs === null
        ? { kind: 'end', end: { state: 'done', reason: null } }
        : { kind: 'again', delay: { delayMs, attempts: 0, looks: event.looks + 1, reason: 'LOOK_AGAIN' } },
  };
}

/** Whether the registry confirms what the event said; one that named no digest is content with any. */
function agrees(event: ClaimedEvent, observed: ClaimedEvent['digest']): boolean {
  if (event.work === 'tag_deletion') return observed === null;
  return event.digest === null ? observed !== null : observed === event.digest;
}
