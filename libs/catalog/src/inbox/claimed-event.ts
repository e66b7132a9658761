import type { Digest } from '@strata/oci';
import type { InboxWork } from '../stored-words.js';

/** Which row, in which hand-over. Whatever writes on behalf of it does so only while both still hold. */
export interface HandedEvent {
  readonly id: bigint;
  readonly generation: number;
}

/** A row that one worker has begun to work on. */
export interface ClaimedEvent extends HandedEvent {
  readonly sourceId: number;
  readonly sourceName: string;
  readonly work: InboxWork;
  readonly repository: string | null;
  readonly tag: string | null;
  readonly digest: Digest | null;
  readonly actor: string | null;
  /** When the sender says it happened. */
  readonly sourceTime: Date | null;
  readonly receivedAt: Date;
  /** The received event that this work was derived from; itself for a received one. */
  readonly rootId: bigint;
  /** The crawl that called for this work; null where an event did. */
  readonly crawlId: bigint | null;
  readonly depth: number;
  readonly attempts: number;
  readonly looks: number;
  /** The source is to be left alone for so long. */
  readonly pausedForMs: number;
}

/** Says that another hand-over of the same row has overtaken this one: nothing of it may be written. */
export class StaleHandOverError extends Error {
  override readonly name = 'StaleHandOverError';
  constructor({ id, generation }: HandedEvent) {
    super(`event ${id} is no longer in hand-over ${generation}`);
  }
}
