import { isJsonObject, type JsonObject, type JsonValue } from '@strata/oci';
import { baseFacts, type EventBytes } from '../payload/base-facts.js';
import { kindOf, textIn, timeIn, usableId } from '../payload/fields.js';
import { jsonInBase64 } from '../payload/json-in-base64.js';
import { unreadable } from '../payload/read-change.js';
import type { RegistryEvent } from '../registry-event.js';
import type { CloudEvent, CloudEventReader } from './cloud-event.js';

const VERSION = '1.0';
const REQUIRED = ['id', 'source', 'type'] as const; // beside specversion: CloudEvents 1.0, "Required attributes"

/**
 * Reads one CloudEvent in structured mode (JSON format, section 3) and hands it on. What lacks a required attribute
 * is set aside. Total as long as `read` is.
 */
export function readCloudEvent(value: JsonValue, bytes: EventBytes, read: CloudEventReader): readonly RegistryEvent[] {
  if (!isJsonObject(value)) {
    return [unreadable(baseFacts(bytes, {}), 'SHAPE', `a CloudEvent is an object, this is ${kindOf(value)}`)];
  }
  const facts = baseFacts(bytes, {
    action: textIn(value, 'type'),
    nativeId: identityOf(value),
    sourceTime: timeIn(value, 'time'),
  });
  const problem = problemOf(value);
  if (problem !== null) return [unreadable(facts, 'SHAPE', problem)];
  const event = {
    type: textIn(value, 'type') ?? '',
    source: textIn(value, 'source') ?? '',
    subject: textIn(value, 'subject'),
    attributes: value,
    facts,
  };
  return withData(value, event, read);
}

/** Asks whether some JSON has the one member by which a CloudEvent in structured mode can be told from anything else. */
export function isCloudEvent(value: JsonValue): value is JsonObject {
  return isJsonObject(value) && value['specversion'] !== undefined;
}

/** `source` and `id` together tell events apart (CloudEvents 1.0, "id"); a source is a URI reference and holds no space. */
function identityOf(event: JsonObject): string | null {
  const [source, id] = [textIn(event, 'source'), textIn(event, 'id')];
  return source === null || id === null || source.includes(' ') ? null : usableId(`${source} ${id}`);
}

function problemOf(event: JsonObject): string | null {
  const version = textIn(event, 'specversion');
  if (version !== VERSION) {
    return version === null ? 'a CloudEvent has a "specversion"' : `"specversion" is ${VERSION}, this is another one`;
  }
  const missing = REQUIRED.find((name) => textIn(event, name) === null);
  return missing === undefined ? null : `a CloudEvent has a "${missing}", this is ${kindOf(event[missing])}`;
}

function withData(
  value: JsonObject,
  event: Omit<CloudEvent, 'data'>,
  read: CloudEventReader,
): readonly RegistryEvent[] {
  const encoded = textIn(value, 'data_base64');
  if (value['data'] !== undefined || encoded === null) return read({ ...event, data: value['data'] });
  const data = jsonInBase64(encoded);
  if ('reason' in data) return [unreadable(event.facts, data.reason, data.detail)];
  const facts = data.remark === null ? event.facts : { remark: data.remark, ...event.facts };
  return read({ ...event, facts, data: data.value });
}
