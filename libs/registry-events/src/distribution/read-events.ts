import { isJsonArray, isJsonObject, JsonError, readJson, type JsonDocument } from '@strata/oci';
import { emptyDelivery, quarantineDelivery } from '../quarantine-delivery.js';
import type { Delivery, QuarantineReason, RegistryEvent } from '../registry-event.js';
import { kindOf } from './event-fields.js';
import { readEvent } from './read-event.js';

/** Distribution sends one event at a time; its envelope allows many. */
export const MAX_EVENTS = 1_000;

/** An event may repeat every descriptor of its manifest (`includereferences`): 37,000 fit into one of 4 MiB. */
const MAX_VALUES = 300_000;

/**
 * Reads an envelope of CNCF Distribution 2.x or 3.x. Total: bytes that cannot be read become one quarantined event, an
 * element that cannot be read becomes a quarantined event beside the others. Only the body counts, not its media type.
 * The bytes of a single event, as `raw` keeps them, are read too, so that it can be read again.
 */
export function readEvents({ body }: Pick<Delivery, 'body'>): readonly RegistryEvent[] {
  if (body.length === 0) return [quarantineDelivery(body, 'EMPTY', 'the body is empty')];
  try {
    return readEnvelope(body, readJson(body, { spansOf: 'events', maxValues: MAX_VALUES }));
  } catch (error) {
    if (!(error instanceof JsonError)) throw error;
    return [quarantineDelivery(body, reasonOf(error), error.message)];
  }
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

function readEnvelope(body: Uint8Array, { value, notes, spans }: JsonDocument): readonly RegistryEvent[] {
  if (!isJsonObject(value)) return [shapeProblem(body, `an envelope is an object, this is ${kindOf(value)}`)];
  const note = notes.find(({ code }) => code === 'DUP_KEY');
  const remark = note === undefined ? null : `${note.message} (${note.path})`;
  const events = value['events'];
  if (events === undefined && isJsonObject(value['target'])) return [readEvent(value, body, remark)];
  if (events === undefined || events === null) return [emptyDelivery(body)];
  if (!isJsonArray(events)) return [shapeProblem(body, `"events" is an array, this is ${kindOf(events)}`)];
  if (events.length === 0) return [emptyDelivery(body)];
  if (events.length > MAX_EVENTS) {
    return [quarantineDelivery(body, 'TOO_MANY_EVENTS', `${events.length} events, ${MAX_EVENTS} at most`)];
  }
  return events.map((event, index) => {
    const span = spans?.[index];
    return readEvent(event, span === undefined ? body : body.subarray(span.start, span.end), remark);
  });
}

function shapeProblem(body: Uint8Array, detail: string): RegistryEvent {
  return quarantineDelivery(body, 'SHAPE', detail);
}
