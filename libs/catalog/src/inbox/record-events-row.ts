import { createHash } from 'node:crypto';
import type { Digest } from '@strata/oci';
import type { RegistryEvent } from '@strata/registry-events';
import { digestToBytes } from '../digest-bytes.js';
import type { InboxWork } from '../stored-words.js';
import { cleanText } from './record-events-text.js';

/** Longest text kept, in UTF-16 units; what is longer is cut, because the bytes of the event are kept anyway. */
export const TEXT_CEILINGS = { action: 64, repository: 255, tag: 128, actor: 255, reason: 64, detail: 1_000 } as const;

/** One event as a row of the inbox that is about to be written. */
export interface InboxRow {
  readonly sourceId: number;
  readonly dedupeKey: Buffer;
  readonly contentHash: Buffer;
  readonly work: InboxWork;
  readonly action: string;
  readonly repository: string | null;
  readonly tag: string | null;
  readonly digest: Buffer | null;
  readonly actor: string | null;
  readonly sourceTime: string | null;
  readonly raw: Buffer;
  readonly receivedAt: string;
  readonly state: 'new' | 'ignored' | 'quarantined';
  readonly reason: string | null;
  readonly detail: string | null;
}

/** What an event asks for, and whether that is the end of it. */
type Fate = Pick<InboxRow, 'work' | 'state' | 'reason' | 'detail'>;

function fateOf(event: RegistryEvent): Fate {
  const remark = event.remark === undefined ? null : cleanText(event.remark, TEXT_CEILINGS.detail);
  const asksFor = (work: InboxRow['work']): Fate => ({ work, state: 'new', reason: null, detail: remark });
  switch (event.kind) {
    case 'manifest-pushed':
      return asksFor('manifest');
    case 'manifest-deleted':
      return asksFor('manifest_deletion');
    case 'tag-pushed':
      return asksFor('tag');
    case 'tag-deleted':
      return asksFor('tag_deletion');
    case 'repository-deleted':
      return asksFor('repository_deletion');
    case 'ignored':
      return { work: 'none', state: 'ignored', reason: event.reason, detail: remark };
    case 'quarantined':
      return {
        work: 'none',
        state: 'quarantined',
        reason: event.reason,
        detail: cleanText(event.detail, TEXT_CEILINGS.detail),
      };
  }
}

const sha256 = (...parts: readonly (string | Uint8Array)[]): Buffer => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
};

const cleaned = (text: string | null, maxLength: number): string | null =>
  text === null ? null : cleanText(text, maxLength);

const digestBytes = (digest: Digest | null): Buffer | null => (digest === null ? null : digestToBytes(digest));

const OLDEST_MS = Date.UTC(1000, 0, 1);
const NEWEST_MS = Date.UTC(9999, 11, 31);

/** The sender's clock may say anything; what no calendar here can hold is dropped, for it is only a hint. */
function storableTime(time: Date | null): string | null {
  const ms = time?.getTime() ?? Number.NaN;
  return ms >= OLDEST_MS && ms <= NEWEST_MS ? new Date(ms).toISOString() : null;
}

/**
 * The row of an event. The key of a received event starts with a word of its own (`id` or `raw`), so that no sender
 * can choose an id that is the key of work derived by the worker.
 */
export function inboxRowOf(event: RegistryEvent, sourceId: number, receivedAt: Date): InboxRow {
  const contentHash = sha256(event.raw);
  return {
    sourceId,
    dedupeKey: event.nativeId === null ? sha256('raw\0', contentHash) : sha256('id\0', event.nativeId),
    contentHash,
    action: cleanText(event.action, TEXT_CEILINGS.action),
    repository: cleaned(event.repository, TEXT_CEILINGS.repository),
    tag: cleaned(event.tag, TEXT_CEILINGS.tag),
    digest: digestBytes(event.digest),
    actor: cleaned(event.actor, TEXT_CEILINGS.actor),
    sourceTime: storableTime(event.sourceTime),
    raw: Buffer.from(event.raw.buffer, event.raw.byteOffset, event.raw.byteLength),
    receivedAt: receivedAt.toISOString(),
    ...fateOf(event),
  };
}

/** The row that says: this id was used before, for other bytes. Its key covers both, so that its repeats are one row. */
export function conflictRowOf(row: InboxRow): InboxRow {
  return {
    ...row,
    dedupeKey: sha256('conflict\0', row.dedupeKey, row.contentHash),
    state: 'quarantined',
    reason: 'ID_CONFLICT',
    detail: 'an event with the same id and other bytes was received before',
  };
}
