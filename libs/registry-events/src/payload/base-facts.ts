import type { EventFacts } from '../registry-event.js';

/** Longest texts that facts for people keep, in characters. */
const MAX_ACTION = 64;
const MAX_ACTOR = 255;

/** What a dialect knows of an event besides the names in it. */
export type BaseFacts = Omit<EventFacts, 'repository' | 'tag' | 'digest'>;

/** Bytes that are being read: those of one event, and what was odd in the delivery around it. */
export interface EventBytes {
  readonly raw: Uint8Array;
  readonly remark: string | null;
}

/** Puts together what the sender tells about one event; whatever it does not tell is null, and texts are cut. */
export function baseFacts(
  { raw, remark }: EventBytes,
  known: Partial<{ [Key in 'action' | 'actor' | 'nativeId' | 'instanceId']: string | null }> & {
    readonly sourceTime?: Date | null;
  },
): BaseFacts {
  return {
    action: known.action?.slice(0, MAX_ACTION) ?? '',
    nativeId: known.nativeId ?? null,
    raw,
    sourceTime: known.sourceTime ?? null,
    actor: known.actor?.slice(0, MAX_ACTOR) ?? null,
    instanceId: known.instanceId ?? null,
    ...(remark === null ? {} : { remark }),
  };
}

/** The facts of an event whose actor stands in its data. */
export function withActor(facts: BaseFacts, actor: string | null): BaseFacts {
  return { ...facts, actor: actor?.slice(0, MAX_ACTOR) ?? null };
}
