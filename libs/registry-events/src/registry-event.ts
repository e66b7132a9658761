import type { Digest } from '@strata/oci';

/** What arrives of a delivery before its body. */
export interface DeliveryHead {
  /** Lower-case names. */
  readonly headers: ReadonlyMap<string, string>;
  readonly query: URLSearchParams;
  /** The segment behind the source's name in the path; null where there is none. */
  readonly pathToken: string | null;
}

/** One HTTP delivery as it arrived: the bytes are the record, the rest is context. */
export interface Delivery {
  /** Lower-case names. Empty when kept bytes are read again: what an event means must not hang on them alone. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Uint8Array;
  readonly receivedAt: Date;
}

/** Why an event is kept but asks for nothing. */
export type IgnoreReason =
  | 'NO_EVENTS'
  | 'PULL'
  | 'MOUNT'
  | 'BLOB'
  | 'OWN_READ'
  | 'UNKNOWN_ACTION'
  /** A challenge or a test of the connection. */
  | 'HANDSHAKE'
  /** A scan of known content came to an end. */
  | 'SCAN'
  | 'QUOTA'
  | 'REPLICATION'
  | 'RETENTION'
  | 'BUILD'
  /** A chart, a package of another kind: nothing that an image registry's API serves as a manifest. */
  | 'NOT_AN_IMAGE'
  /** Something that was tried and did not happen. */
  | 'FAILED'
  | 'REPOSITORY_CREATED'
  /** A known word for what adds, moves or removes no content that anybody can pull. */
  | 'NO_CHANGE';

/** Why a delivery, or one event of it, could not be read; it is kept with its bytes and can be replayed. */
export type QuarantineReason =
  | 'EMPTY'
  | 'TOO_LARGE'
  | 'ENCODING'
  | 'BAD_UTF8'
  | 'BAD_JSON'
  | 'TOO_DEEP'
  | 'TOO_MANY_EVENTS'
  | 'SHAPE'
  | 'BAD_NAME'
  | 'BAD_TAG'
  | 'BAD_DIGEST';

/** What every event carries besides its meaning. */
export interface EventFacts {
  /** The sender's own word for what happened, for people; never acted on. At most 64 characters. */
  readonly action: string;
  /**
   * What tells repeats of this event apart from other events: the sender's id where it gives a usable one. Null: the bytes
   * themselves do, which is right only where no two events can have the same bytes.
   */
  readonly nativeId: string | null;
  /** The bytes of this event alone, as received. */
  readonly raw: Uint8Array;
  /** When the sender says it happened: a hint, for people. */
  readonly sourceTime: Date | null;
  readonly actor: string | null;
  /** One life of the sending process; a new one means that its predecessor's queue is gone. */
  readonly instanceId: string | null;
  readonly repository: string | null;
  readonly tag: string | null;
  readonly digest: Digest | null;
  /** Something odd that stopped nobody, such as a key that stands twice; for people. */
  readonly remark?: string;
}

/**
 * Everything a registry can tell us, whatever its dialect. An event is a hint: what the registry serves
 * under a digest, and what it answers for a tag, are the facts.
 */
export type RegistryEvent = EventFacts &
  (
    | { readonly kind: 'manifest-pushed'; readonly repository: string; readonly digest: Digest }
    | { readonly kind: 'tag-pushed'; readonly repository: string; readonly tag: string }
    | { readonly kind: 'manifest-deleted'; readonly repository: string; readonly digest: Digest }
    | { readonly kind: 'tag-deleted'; readonly repository: string; readonly tag: string }
    | { readonly kind: 'repository-deleted'; readonly repository: string }
    | { readonly kind: 'ignored'; readonly reason: IgnoreReason }
    | { readonly kind: 'quarantined'; readonly reason: QuarantineReason; readonly detail: string }
  );
