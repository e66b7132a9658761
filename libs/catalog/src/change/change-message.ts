import { findingMessage } from '../finding/finding-message.js';
import { shortDigest } from '../short-digest.js';
import type { ChangeRow } from './tell-changes.js';

/** A change as a sentence for people: a line of a log, a message in a chat. */
export function changeMessage({ kind, reference, fromDigest, toDigest, platforms, finding }: ChangeRow): string {
  const names = listOf(platforms.map(({ name }) => name));
  const shown = (digest: string | null): string => (digest === null ? 'nothing' : shortDigest(digest));
  switch (kind) {
    case 'tag_created':
      return `${reference} is new and points at ${shown(toDigest)}${names === '' ? '' : ` for ${names}`}.`;
    case 'tag_moved':
      return `${reference} moved from ${shown(fromDigest)} to ${shown(toDigest)}.`;
    case 'tag_deleted':
      return `${reference} was deleted; it pointed at ${shown(fromDigest)}.`;
    case 'platform_lost':
      return `${reference} no longer runs on ${names}.`;
    case 'platform_gained':
      return `${reference} now runs on ${names}.`;
    case 'finding_opened':
      return findingMessage(finding);
    case 'finding_closed':
      return `No longer so: ${findingMessage(finding)}`;
  }
}

function listOf(names: readonly string[]): string {
  return new Intl.ListFormat('en', { type: 'conjunction' }).format(names);
}
