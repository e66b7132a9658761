import type { RegistryEvent } from '../registry-event.js';
import type { BaseFacts } from './base-facts.js';
import { namesIn, readChange, type ClaimedChange } from './read-change.js';
import { severalEvents } from './several-events.js';

/**
 * Reads a delete of which the sender names tag and digest but does not say whether other tags keep the manifest alive:
 * both are looked at, as two events. With one of the two it is one event.
 */
export function readDeletion(claim: Omit<ClaimedChange, 'change'>, base: BaseFacts): readonly RegistryEvent[] {
  const { tag, digest } = namesIn(claim);
  if (tag === null || digest === null) return [readChange({ ...claim, change: 'deleted' }, base)];
  return severalEvents(base.raw, [
    readChange({ ...claim, change: 'deleted', digest: null }, base),
    readChange({ ...claim, change: 'deleted', tag: null }, base),
  ]);
}
