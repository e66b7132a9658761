import { JsonError, readJson, type JsonDocument, type ReadJsonOptions } from '@strata/oci';
import { quarantineDelivery } from '../quarantine-delivery.js';
import type { QuarantineReason, RegistryEvent } from '../registry-event.js';

/** The most events that one delivery may hold, in any dialect; most senders send one at a time. */
export const MAX_EVENTS = 1_000;

/** A payload that is JSON, with what is odd about it in words for people. */
export interface Payload extends JsonDocument {
  /** Says that a key stands twice; null where none does. */
  readonly remark: string | null;
}

/** Says why bytes are no payload. */
export interface Unreadable {
  readonly reason: QuarantineReason;
  readonly detail: string;
}

/**
 * Reads the JSON of a delivery and hands it on. Total as long as `read` is: bytes that are not JSON, or more of it than
 * `options` allow, become the one quarantined event that keeps them.
 */
export function readPayload(
  body: Uint8Array,
  options: ReadJsonOptions,
  read: (payload: Payload) => readonly RegistryEvent[],
): readonly RegistryEvent[] {
  const payload = payloadIn(body, options);
  return 'reason' in payload ? [quarantineDelivery(body, payload.reason, payload.detail)] : read(payload);
}

/** The JSON that some bytes are, wherever they stand in a delivery, or why they are none. Never throws. */
export function payloadIn(bytes: Uint8Array, options: ReadJsonOptions = {}): Payload | Unreadable {
  if (bytes.length === 0) return { reason: 'EMPTY', detail: 'the body is empty' };
  try {
    const document = readJson(bytes, options);
    return { ...document, remark: remarkOf(document) };
  } catch (error) {
    if (!(error instanceof JsonError)) throw error;
    return { reason: reasonOf(error), detail: error.message };
  }
}

function remarkOf({ notes }: JsonDocument): string | null {
  const note = notes.find(({ code }) => code === 'DUP_KEY');
  return note === undefined ? null : `${note.message} (${note.path})`;
}

function reasonOf({ code }: JsonError): QuarantineReason {
  switch (code) {
    case 'BAD_UTF8':
    case 'BAD_JSON':
    case 'TOO_DEEP':
    case 'TOO_LARGE':
      return code;
    case 'DUP_KEY':
    case 'PRECISION':
      return 'BAD_JSON'; // noted rather than thrown, because we ask for notes
  }
}
