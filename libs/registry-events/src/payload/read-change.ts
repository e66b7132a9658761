import { isDigest, isRepositoryName, isTag, type JsonValue } from '@strata/oci';
import type { EventFacts, IgnoreReason, QuarantineReason, RegistryEvent } from '../registry-event.js';
import type { BaseFacts } from './base-facts.js';
import { kindOf } from './fields.js';

const MAX_SHOWN = 100;

/** What a payload says has changed, before anybody has checked a name. Only a text that is not empty says something. */
export interface ClaimedChange {
  readonly change: 'pushed' | 'deleted' | 'repository-deleted';
  readonly repository: JsonValue | undefined;
  /** Some senders put a digest here: then it is one. */
  readonly tag?: JsonValue | undefined;
  readonly digest?: JsonValue | undefined;
}

/**
 * Turns a claim into an event. Names are held against the grammar before they may ever stand in a request; what fails
 * is set aside and never shown as a name. With a digest the manifest is meant, else the tag.
 */
export function readChange(claim: ClaimedChange, base: BaseFacts): RegistryEvent {
  const facts = { ...base, ...namesIn(claim) };
  const { repository, tag, digest } = facts;
  if (repository === null) return quarantined(facts, 'BAD_NAME', problemOf('a repository name', claim.repository));
  if (claim.change === 'repository-deleted') return { ...facts, kind: 'repository-deleted', repository };
  if (digest === null && saysSomething(claim.digest)) {
    return quarantined(facts, 'BAD_DIGEST', problemOf('a digest', claim.digest));
  }
  if (tag === null && saysSomething(claim.tag) && claim.tag !== digest) {
    return quarantined(facts, 'BAD_TAG', problemOf('a tag', claim.tag));
  }
  const pushed = claim.change === 'pushed';
  if (digest !== null) return { ...facts, kind: pushed ? 'manifest-pushed' : 'manifest-deleted', repository, digest };
  if (tag !== null) return { ...facts, kind: pushed ? 'tag-pushed' : 'tag-deleted', repository, tag };
  return quarantined(facts, 'SHAPE', `a ${pushed ? 'push' : 'delete'} names a digest or a tag, this one neither`);
}

/** The names of a claim that are well-formed; for facts about events that change nothing, too. */
export function namesIn({
  repository,
  tag,
  digest,
}: Omit<ClaimedChange, 'change'>): Pick<EventFacts, 'repository' | 'tag' | 'digest'> {
  const digestText = saysSomething(digest) ? digest : tag;
  return {
    repository: typeof repository === 'string' && isRepositoryName(repository) ? repository : null,
    tag: typeof tag === 'string' && isTag(tag) ? tag : null,
    digest: typeof digestText === 'string' && isDigest(digestText) ? digestText : null,
  };
}

/** An event that is kept and asks for nothing. */
export function ignored(base: BaseFacts, reason: IgnoreReason, names: Partial<ClaimedChange> = {}): RegistryEvent {
  return { ...base, ...namesIn({ repository: undefined, ...names }), kind: 'ignored', reason };
}

/** Sets one event aside, with a sentence that says why, before any name in it has been read. */
export function unreadable(base: BaseFacts, reason: QuarantineReason, detail: string): RegistryEvent {
  return quarantined({ ...base, ...namesIn({ repository: undefined }) }, reason, detail);
}

/** Sets one event aside, with a sentence that says why. */
export function quarantined(facts: EventFacts, reason: QuarantineReason, detail: string): RegistryEvent {
  return { ...facts, kind: 'quarantined', reason, detail };
}

const saysSomething = (value: JsonValue | undefined): value is string => typeof value === 'string' && value !== '';

function problemOf(wanted: string, value: JsonValue | undefined): string {
  const shown = typeof value === 'string' ? JSON.stringify(value.slice(0, MAX_SHOWN)) : kindOf(value);
  return `this is not ${wanted}: ${shown}`;
}
