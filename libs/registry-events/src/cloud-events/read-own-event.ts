import { isJsonObject } from '@strata/oci';
import { withActor } from '../payload/base-facts.js';
import { kindOf, textIn } from '../payload/fields.js';
import { ignored, readChange, unreadable, type ClaimedChange } from '../payload/read-change.js';
import type { RegistryEvent } from '../registry-event.js';
import type { CloudEvent } from './cloud-event.js';

const CHANGES: ReadonlyMap<string, ClaimedChange['change']> = new Map([
  ['strata.image.pushed', 'pushed'],
  ['strata.image.deleted', 'deleted'],
  ['strata.repository.deleted', 'repository-deleted'],
]);

/**
 * Our own words, for senders that somebody writes for Strata: `strata.image.pushed`, `strata.image.deleted` and
 * `strata.repository.deleted` with data of `repository`, `tag`, `digest` and `actor`.
 */
export function readOwnEvent({ type, data, facts }: CloudEvent): readonly RegistryEvent[] {
  const change = CHANGES.get(type);
  if (change === undefined) return [ignored(facts, 'UNKNOWN_ACTION')];
  if (!isJsonObject(data)) return [unreadable(facts, 'SHAPE', `the data is an object, this is ${kindOf(data)}`)];
  const { repository, tag, digest } = data;
  return [readChange({ change, repository, tag, digest }, withActor(facts, textIn(data, 'actor')))];
}
